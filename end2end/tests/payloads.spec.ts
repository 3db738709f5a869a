// Several hundred ways to bring a script into a page, in every text and name that people type: none runs in Chromium.
import { readFileSync } from "node:fs";

import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const families = JSON.parse(readFileSync(new URL("../fixtures/payloads.json", import.meta.url), "utf8")) as Record<string, string[]>;
const payloads = Object.values(families).flat();

test("no payload runs as title, text, comment, name of a file, of a team or of a person", async ({ page, someoneElse, faults }) => {
  test.setTimeout(600_000);
  // Pictures beside the text that there are none of.
  faults.allow(/404.*\/images\//);
  const reader = await someoneElse();
  const ran: string[] = [];
  const violations: string[] = [];
  for (const one of [page, reader]) {
    one.on("dialog", dialog => {
      ran.push(`${one.url()}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await one.exposeFunction("canary", (what: string) => ran.push(what));
    await one.exposeFunction("violated", (what: string) => violations.push(what));
    await one.addInitScript(`
      const canary = what => window.canary(location.href + " " + what);
      for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = what => canary(name + what);
      addEventListener("securitypolicyviolation", event => window.violated(location.href + " " + event.violatedDirective + " " + event.blockedURI));
    `);
  }
  // Whoever helps to run a competition writes as much as they like.
  await signIn(page, "organizer");
  const post = async (path: string, fields: Record<string, string>): Promise<string> => {
    const answer = await page.request.post(path, { multipart: fields, maxRedirects: 0 });
    return answer.headers().location ?? `${String(answer.status())} ${await answer.text()}`;
  };
  const call = (name: string, form: Record<string, string>) => page.request.post(`/api/fn/${name}`, { form, maxRedirects: 0 });
  const posts: string[] = [];
  for (const payload of payloads) {
    // A file's name travels in a header of the form, as a browser writes it there.
    const name = `${payload.slice(0, 80).replaceAll(/[\r\n\0]/g, " ")}.txt`;
    const upload = await page.request.post(`${OPEN}/boards/files?board=talk`, {
      multipart: { upload: { name, mimeType: "text/html", buffer: Buffer.from(payload) } },
    });
    const id = upload.ok() ? ((await upload.json()) as { id: string }).id : "";
    const title = payload.replaceAll(/\s+/g, " ").trim().slice(0, 110) || "-";
    const fields: Record<string, string> = { title, markdown: payload, category: payload };
    expect(await post(`${OPEN}/boards/talk/new`, fields), "a category is one of those there are").toMatch(/\/new$/);
    fields.category = "";
    if (id !== "") fields[`files[${id}]`] = id;
    const target = await post(`${OPEN}/boards/talk/new`, fields);
    // A text with a zero in it is refused before anything looks at it.
    if (payload.includes("\0")) continue;
    expect(target, payload).toMatch(/\/boards\/talk\/\d+$/);
    const number = target.split("/").at(-1) ?? "";
    await call("write_comment", { slug: "breast-cancer", board: "talk", number, markdown: payload });
    posts.push(target);
  }
  expect(posts.length).toBeGreaterThanOrEqual(200);
  // The form with what was refused, one after the other.
  const look = async (one: typeof page, path: string): Promise<void> => {
    const answer = await one.goto(path);
    expect(answer?.status(), path).toBe(200);
    // What waits for a pointer or a focus gets both.
    await one.evaluate(() => {
      for (const element of document.querySelectorAll("main *")) {
        for (const name of ["pointerover", "mouseover", "mouseenter", "focus", "click"]) {
          if (name === "click" && element.closest("a[href], button, summary, label, input, form")) continue;
          element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
        }
      }
    });
  };
  for (const path of posts) await look(reader, path);
  for (const payload of families.short ?? []) {
    await call("set_public_name", { public_name: payload });
    await post(`${OPEN}/boards/talk/new`, { title: "이름", markdown: "이름" });
    await look(reader, `${OPEN}/boards/talk`);
    await post(`${OPEN}/boards/talk/new`, { title: "", markdown: payload });
    await look(page, `${OPEN}/boards/talk/new`);
  }
  for (let number = 1; number <= Math.ceil(posts.length / 50); number++) await look(reader, `${OPEN}/boards/talk?rows=50&page=${String(number)}`);
  const member = await someoneElse();
  await signIn(member, "garam");
  for (const payload of families.short ?? []) {
    await member.request.post("/api/fn/rename_team", { form: { slug: "breast-cancer", name: payload }, maxRedirects: 0 });
    await look(reader, `${OPEN}/leaderboard`);
  }
  expect(ran, "what ran").toEqual([]);
  expect(violations, "what the policy had to stop").toEqual([]);
});
