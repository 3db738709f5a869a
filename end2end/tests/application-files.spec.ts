import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { signIn } from "../support/demo.ts";
import { overflow } from "../support/pages.ts";
import { startMadang, type Madang } from "../support/server.mjs";
import { expect, test as base } from "../support/test.ts";

const CONTEST = "/competitions/hospital";
const APPLY = `${CONTEST}/apply`;
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** A contest that asks for a proof, and for whatever else one has. */
const SETTINGS = `
[apply]
mode = "approval"

[[apply.question]]
key = "motive"
kind = "text"
label = { ko = "참가하는 까닭", en = "Why do you take part?" }
max = 100

[[apply.question]]
key = "proof"
kind = "file"
label = { ko = "재직증명서", en = "Proof of employment" }
hint = { ko = "병원이나 대학의 이름이 보여야 해요.", en = "It names your hospital or university." }
file_kinds = ["pdf", "docx"]
file_mb = 5

[[apply.question]]
key = "more"
kind = "file"
label = { ko = "그 밖의 자료", en = "Anything else" }
required = false

[[stage]]`;

const test = base.extend<object, { madang: Madang }>({
  madang: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "madang-hospital-"));
      const contest = join(folder, "hospital");
      await cp(join(root, "demo/diabetes"), contest, { recursive: true });
      const manifest = join(contest, "competition.toml");
      await writeFile(manifest, (await readFile(manifest, "utf8")).replace("\n[[stage]]", SETTINGS));
      const madang = await startMadang([contest]);
      madang.command(["competition", "role", "hospital", "organizer@madang.test", "owner"]);
      await use(madang);
      await madang.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

const pdf = (name: string) => ({ name, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 재직") });

/** What is wrong with a page, in both themes and on a wide and a narrow screen. */
async function audit(page: Page): Promise<string[]> {
  const found = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await seriousFindings(page, "all")), ...(await misnamed(page)));
      if ((await overflow(page)) > 0) found.push(`wider than ${width.toString()} px`);
    }
  }
  return found;
}

test("without a script a file of the wrong kind is refused, the right one is attached, and an organizer downloads it", async ({ page: organizer, someoneElse }) => {
  const page = await someoneElse({ javaScriptEnabled: false });
  const main = page.getByRole("main");
  const room = organizer.getByRole("main");
  const signUp = await page.request.post("/api/fn/sign_up", {
    form: { email: "hana@example.kr", name: "김하나", affiliation: "가람병원", password: "pine-lantern-harbour-42", next: "/" },
    maxRedirects: 0,
  });
  expect(signUp.status()).toBeLessThan(400);
  const send = async () => {
    await main.getByLabel("대회 규칙을 읽었고 동의해요").check();
    await main.getByRole("button", { name: "신청하기" }).click();
  };

  await test.step("a program that is called a document is refused, and what was typed stays", async () => {
    await page.goto(APPLY);
    await expect(main.getByText("PDF, DOCX 파일, 5 MB까지")).toBeVisible();
    await main.getByLabel("참가하는 까닭").fill("심전도 모델을 만들어요");
    await main.getByLabel("재직증명서").setInputFiles([{ name: "증명서.exe", mimeType: "application/pdf", buffer: Buffer.from("MZ") }]);
    await send();
    await expect(main.getByText("받지 않는 형식의 파일이에요.", { exact: false })).toBeVisible();
    await expect(main.getByText("‘증명서.exe’ 파일은 아직 저장하지 않았어요.", { exact: false })).toBeVisible();
    await expect(main.getByLabel("참가하는 까닭")).toHaveValue("심전도 모델을 만들어요");
    await main.getByLabel("재직증명서").setInputFiles([{ name: "증명서.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ") }]);
    await send();
    await expect(main.getByText("이름의 확장자와 내용이 다르거나 빈 파일이에요.", { exact: false })).toBeVisible();
  });

  await test.step("the right one is attached and can be had again", async () => {
    await main.getByLabel("재직증명서").setInputFiles([pdf("가람병원 재직증명서.pdf")]);
    await send();
    await expect(main.getByText("승인을 기다리고 있어요")).toBeVisible();
    await expect(main.getByRole("link", { name: "가람병원 재직증명서.pdf" })).toBeVisible();
  });

  await test.step("an organizer sees its name and size and downloads it, and it is declined", async () => {
    await signIn(organizer, "organizer");
    await organizer.goto(`${CONTEST}/manage/applications`);
    await room.getByRole("link", { name: "김하나" }).click();
    const link = room.getByRole("link", { name: "가람병원 재직증명서.pdf" });
    await expect(link).toBeVisible();
    const [download] = await Promise.all([organizer.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toBe("가람병원 재직증명서.pdf");
    expect((await readFile(await download.path())).toString()).toBe("%PDF-1.7 재직");
    await room.getByLabel("사유").fill("날짜가 보이는 것으로 내 주세요.");
    await room.getByRole("button", { name: "반려" }).click();
    await expect(room.getByText("1건을 처리했어요.")).toBeVisible();
    const csv = await organizer.request.get(`${CONTEST}/manage/applications.csv`);
    expect(await csv.text()).toContain('"가람병원 재직증명서.pdf",""');
  });

  await test.step("whoever applies again keeps the file by choosing no other", async () => {
    await page.goto(APPLY);
    await expect(main.getByText("지난번에 낸 파일:", { exact: false })).toBeVisible();
    const reader = await someoneElse();
    const login = await reader.request.post("/api/fn/log_in", { form: { email: "hana@example.kr", password: "pine-lantern-harbour-42", next: "/" }, maxRedirects: 0 });
    expect(login.status()).toBeLessThan(400);
    await reader.goto(APPLY);
    expect(await audit(reader), "the form").toEqual([]);
    await main.getByLabel("참가하는 까닭").fill("고쳤어요");
    await send();
    await expect(main.getByRole("link", { name: "가람병원 재직증명서.pdf" })).toBeVisible();
    await reader.goto(APPLY);
    expect(await audit(reader), "the application").toEqual([]);
    await organizer.reload();
    expect(await audit(organizer), "the organizers' page of it").toEqual([]);
  });
});
