import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { signIn } from "../support/demo.ts";
import { lettersTo } from "../support/mail.ts";
import { startMadang, type Madang } from "../support/server.mjs";
import { expect, test as base } from "../support/test.ts";

const CONTEST = "/competitions/clinic";
const APPLY = `${CONTEST}/apply`;
const APPLICATIONS = `${CONTEST}/manage/applications`;
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** A contest of one place, which organizers give. */
const SETTINGS = `
[apply]
mode = "approval"
capacity = 1

[[apply.question]]
key = "motive"
kind = "text"
label = { ko = "참가하는 까닭", en = "Why do you take part?" }
max = 100

[[apply.question]]
key = "work"
kind = "choice"
label = { ko = "하는 일", en = "What you do" }
choices = [{ ko = "병원", en = "Hospital" }, { ko = "대학", en = "University" }]

[[apply.question]]
key = "privacy"
kind = "consent"
label = { ko = "개인정보", en = "Personal data" }
hint = { ko = "답변을 심사에 쓰는 데 동의해요.", en = "I agree that my answers are used to decide." }

[[stage]]`;

/** The demo with such a contest beside it, which its organizer owns. */
const test = base.extend<object, { madang: Madang }>({
  madang: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "madang-clinic-"));
      const contest = join(folder, "clinic");
      await cp(join(root, "demo/diabetes"), contest, { recursive: true });
      const manifest = join(contest, "competition.toml");
      await writeFile(manifest, (await readFile(manifest, "utf8")).replace("\n[[stage]]", SETTINGS));
      const madang = await startMadang([contest]);
      madang.command(["competition", "role", "clinic", "organizer@madang.test", "owner"]);
      await use(madang);
      await madang.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

async function signUp(page: Page, name: string, address: string): Promise<void> {
  const answer = await page.request.post("/api/fn/sign_up", {
    form: { email: address, name, affiliation: "가람병원", password: "pine-lantern-harbour-42", next: "/" },
    maxRedirects: 0,
  });
  expect(answer.status()).toBeLessThan(400);
}

async function apply(page: Page, motive: string): Promise<void> {
  const main = page.getByRole("main");
  await page.goto(APPLY);
  await main.getByLabel("참가하는 까닭").fill(motive);
  await main.getByLabel("하는 일").selectOption({ label: "병원" });
  await main.getByLabel("답변을 심사에 쓰는 데 동의해요.").check();
  await main.getByLabel("대회 규칙을 읽었고 동의해요").check();
  await main.getByRole("button", { name: "신청하기" }).click();
}

/** Moves an offer's end, and the job that is due then, into the past: the clock of a real server cannot be moved. */
function letLapse(madang: Madang): void {
  const past = "2026-01-01T00:00:00+00:00";
  const sql = `UPDATE participations SET offer_until = '${past}' WHERE state = 'offered';
    UPDATE jobs SET run_at = '${past}', payload = '${past}' WHERE kind = 'offer';`;
  execFileSync("sqlite3", ["-cmd", ".timeout 5000", join(madang.folder, "madang.db"), sql]);
}

test("whoever applies waits, is offered the place that became free, lets it lapse or takes it", async ({ page: organizer, someoneElse, madang }) => {
  const [kim, lee, park] = [await someoneElse(), await someoneElse(), await someoneElse()];
  await signIn(organizer, "organizer");
  const room = organizer.getByRole("main");

  await test.step("three apply and see that they wait for a decision", async () => {
    for (const [page, name, address] of [
      [kim, "김하나", "hana@example.kr"],
      [lee, "이두리", "duri@example.kr"],
      [park, "박세온", "seon@example.kr"],
    ] as const) {
      await signUp(page, name, address);
      await apply(page, `${name}의 까닭`);
      await expect(page.getByRole("main").getByText("승인을 기다리고 있어요")).toBeVisible();
    }
    await kim.goto(`${CONTEST}/team`);
    await expect(kim.getByRole("main").getByText("신청이 승인되면 팀을 만들 수 있어요")).toBeVisible();
  });

  await test.step("the dashboard's number leads to the list, where an organizer reads answers and decides about several at once", async () => {
    await organizer.goto(`${CONTEST}/manage`);
    await expect(room.getByRole("heading", { name: "승인을 기다리는 신청 3" })).toBeVisible();
    await room.getByRole("navigation", { name: "운영 메뉴" }).getByRole("link", { name: "참가 신청" }).click();
    await room.getByRole("link", { name: "김하나" }).click();
    await expect(room.getByText("김하나의 까닭")).toBeVisible();
    await room.getByRole("link", { name: "신청 목록으로" }).click();
    for (const name of ["김하나", "이두리", "박세온"]) await room.getByRole("checkbox", { name: `${name} 고르기` }).check();
    await room.getByRole("button", { name: "승인", exact: true }).last().click();
    await expect(room.getByText("3건을 처리했어요.")).toBeVisible();
    // Who applied first has the place.
    await expect(room.getByRole("row", { name: /김하나/ })).toContainText("승인");
    await expect(room.getByRole("row", { name: /이두리/ })).toContainText("차순위 1번");
    await expect(room.getByRole("row", { name: /박세온/ })).toContainText("차순위 2번");
  });

  await test.step("the place that one gives up is offered to the next, whose time passes, and then to the one after", async () => {
    await lee.goto(APPLY);
    await expect(lee.getByRole("main").getByText("대기 순번 1번이에요")).toBeVisible();
    await kim.goto(APPLY);
    await kim.getByRole("button", { name: "참가 취소하기" }).click();
    await kim.getByRole("dialog").getByRole("button", { name: "참가 취소하기" }).click();
    await expect(kim.getByRole("main").getByText("신청을 취소했어요")).toBeVisible();
    await expect.poll(() => lettersTo(madang.folder, "duri@example.kr")).toContainEqual(expect.stringContaining("자리가 났습니다"));
    await lee.goto(APPLY);
    await expect(lee.getByRole("button", { name: "자리 받기" })).toBeVisible();
    letLapse(madang);
    await expect.poll(() => lettersTo(madang.folder, "seon@example.kr")).toContainEqual(expect.stringContaining("자리가 났습니다"));
    await lee.reload();
    await expect(lee.getByRole("main").getByText("자리를 받을 기한이 지났어요")).toBeVisible();
  });

  await test.step("opening the letter's page takes nothing; the button does, and a team can be made", async () => {
    await park.goto(APPLY);
    await park.goto(APPLY);
    await park.getByRole("button", { name: "자리 받기" }).click();
    await expect(park.getByRole("main").getByText("자리를 받았어요.")).toBeVisible();
    await park.getByRole("main").getByRole("link", { name: "팀 만들기" }).click();
    await expect(park.getByRole("main").getByRole("button", { name: "팀 만들기" })).toBeVisible();
  });
});

test("without a script one applies, is declined with a reason, corrects it, and organizers decide", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const page = await context.newPage();
  await signUp(page, "최네리", "neri@example.kr");
  await page.goto(APPLY);
  const main = page.getByRole("main");
  await apply(page, "공부하려고요");
  await expect(main.getByText("승인을 기다리고 있어요")).toBeVisible();

  const desk = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const organizer = await desk.newPage();
  await signIn(organizer, "organizer");
  await organizer.goto(`${APPLICATIONS}?q=neri`);
  const room = organizer.getByRole("main");
  await room.getByRole("checkbox", { name: "최네리 고르기" }).check();
  await room.getByRole("button", { name: "반려" }).click();
  await expect(room.getByText("사유를 1–500자로 적어 주세요.")).toBeVisible();
  await room.getByRole("checkbox", { name: "최네리 고르기" }).check();
  await room.getByLabel("사유").fill("까닭을 더 적어 주세요.");
  await room.getByRole("button", { name: "반려" }).click();
  await expect(room.getByText("1건을 처리했어요.")).toBeVisible();

  await page.goto(APPLY);
  await expect(main.getByText("사유: 까닭을 더 적어 주세요.")).toBeVisible();
  await apply(page, "심전도 모델을 만들어요");
  await expect(main.getByText("승인을 기다리고 있어요")).toBeVisible();

  const csv = await organizer.request.get(`${APPLICATIONS}.csv?q=neri`);
  expect(await csv.text()).toMatch(/^\ufeff"이름",.*\r\n"최네리","neri@example.kr",.*"심전도 모델을 만들어요"/s);
  expect((await page.request.get(`${APPLICATIONS}.csv`)).status()).toBe(403);
  await context.close();
  await desk.close();
});
