import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { OPEN, signIn } from "../support/demo.ts";
import { movedClock, type MovedClock } from "../support/moved-clock.ts";
import { overflow } from "../support/pages.ts";
import { startMadang, type Madang } from "../support/server.mjs";
import { expect, test as base } from "../support/test.ts";

const CASES = `${OPEN}/manage/cases`;

/** A server of its own, because a team leaves the leaderboard here; a test moves its clock. */
const test = base.extend<object, { clock: MovedClock; madang: Madang }>({
  clock: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "madang-cases-"));
      await use(movedClock(folder));
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  madang: [
    async ({ clock }, use) => {
      const madang = await startMadang([], () => Promise.resolve(clock.settings));
      await use(madang);
      await madang.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

async function decide(organizer: Page, outcome: RegExp, reason: string): Promise<void> {
  const room = organizer.getByRole("main");
  await room.getByRole("radio", { name: outcome }).check();
  await room.locator("#decide-reason").fill(reason);
  await room.getByRole("button", { name: "결정 기록하기" }).click();
  await expect(room.getByText("결정을 기록했어요.")).toBeVisible();
}

/** What is wrong with a page, in both themes and on a wide and a narrow screen. */
async function audit(page: Page): Promise<string[]> {
  const found = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1440, 320]) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await seriousFindings(page, "all")), ...(await misnamed(page)));
      if ((await overflow(page)) > 0) found.push(`wider than ${width.toString()} px`);
    }
  }
  return found;
}

test("a suspicion is asked about, answered without a script, decided, and decided otherwise", async ({ page: organizer, someoneElse, clock }) => {
  // Every page is looked at in both themes and at two widths.
  test.slow();
  const team = await someoneElse({ javaScriptEnabled: false });
  const anyone = await someoneElse();
  await signIn(organizer, "organizer");
  await signIn(team, "neoul");
  const room = organizer.getByRole("main");
  const own = team.getByRole("main");
  const row = anyone.getByRole("table").getByRole("rowheader").filter({ hasText: "너울" });
  let number = "";

  await test.step("an organizer opens a case with evidence, of which the team sees nothing", async () => {
    await organizer.goto(`${OPEN}/manage`);
    await room.getByRole("navigation", { name: "운영 메뉴" }).getByRole("link", { name: "사안" }).click();
    await room.getByRole("link", { name: "사안 열기" }).first().click();
    await room.getByLabel("팀 번호").fill("105");
    await room.getByLabel("제목").fill("두 제출이 같음");
    await room.getByLabel("의심되는 일과 근거").fill("**나루**의 제출과 한 글자도 다르지 않습니다.");
    await room.getByLabel("관련 제출 번호").fill("1, 2");
    await room.getByLabel("파일 첨부").setInputFiles([{ name: "비교.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
    await room.getByRole("button", { name: "사안 열기" }).click();
    await expect(organizer).toHaveURL(/\/manage\/cases\/\d{6}$/);
    number = organizer.url().split("/").at(-1) ?? "";
    await expect(room.getByText("사안을 열었어요. 팀은 아직 몰라요.")).toBeVisible();
    await expect(room.getByRole("link", { name: /비교\.csv/ })).toBeVisible();
    await team.goto(`${OPEN}/team`);
    await expect(own.getByText("우리 팀의 사안")).toHaveCount(0);
    expect((await team.request.get(`${OPEN}/cases/${number}`)).status()).toBe(404);
  });

  await test.step("the team is asked, finds it among its notifications, and answers with a file and without a script", async () => {
    await room.getByLabel("팀에 묻는 것").fill("두 파일이 왜 같은지 설명해 주세요.");
    await room.getByRole("button", { name: "소명 요청하기" }).click();
    await expect(room.getByText("소명을 요청했어요.").first()).toBeVisible();
    // A worker tells the team a moment later.
    await expect
      .poll(async () => {
        await team.goto("/account/notifications");
        return own.getByRole("link", { name: /^너울 팀에 소명을 요청했어요/ }).count();
      })
      .toBe(1);
    await team.goto(`${OPEN}/team`);
    await own.getByRole("link", { name: `사안 ${number}` }).click();
    await expect(own.getByText("두 파일이 왜 같은지 설명해 주세요.")).toBeVisible();
    await expect(own.getByText("한 글자도 다르지 않습니다"), "evidence that is not shown").toHaveCount(0);
    await own.getByLabel("소명 내용").fill("같은 공개 노트북에서 출발했습니다.");
    await own.getByLabel("파일 첨부").setInputFiles([{ name: "소명서.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4") }]);
    await own.getByRole("button", { name: "소명 내기" }).click();
    await expect(own.getByText("소명을 냈어요. 기한까지 고쳐서 다시 낼 수 있어요.")).toBeVisible();
    await expect(own.getByRole("link", { name: /소명서\.pdf/ })).toBeVisible();
  });

  await test.step("nobody outside is told", async () => {
    for (const address of [`${OPEN}/cases/${number}`, CASES, `${CASES}/${number}`]) {
      expect((await anyone.request.get(address, { maxRedirects: 0 })).status(), address).not.toBe(200);
    }
    const outsider = await someoneElse();
    await signIn(outsider, "naru");
    for (const [address, status] of [[`${OPEN}/cases/${number}`, 404], [CASES, 403], [`${CASES}/${number}`, 403]] as const) {
      expect((await outsider.request.get(address)).status(), address).toBe(status);
    }
    await anyone.goto(`${OPEN}/leaderboard`);
    await expect(row).toHaveCount(1);
  });

  await test.step("when the time is over it is deliberated, and the team is disqualified", async () => {
    clock.advance({ days: 8 });
    await expect
      .poll(async () => {
        await organizer.goto(`${CASES}/${number}`);
        return room.getByText("심의", { exact: true }).count();
      })
      .toBeGreaterThan(0);
    await team.goto(`${OPEN}/cases/${number}`);
    await expect(own.getByLabel("소명 내용")).toHaveCount(0);
    await decide(organizer, /^실격/, "같은 파일을 냈습니다.");
    await anyone.reload();
    await expect(anyone.getByRole("table").getByRole("rowheader").filter({ hasText: "나루" })).toHaveCount(1);
    await expect(row).toHaveCount(0);
    await team.goto(`${OPEN}/cases/${number}`);
    await expect(own.getByText("같은 파일을 냈습니다.")).toBeVisible();
    await team.goto(`${OPEN}/submit`);
    await expect(own.getByText("실격되어 제출할 수 없어요")).toBeVisible();
  });

  await test.step("the pages of a case can be read by everyone who may, in both themes and all widths", async () => {
    const member = await someoneElse();
    await signIn(member, "neoul");
    for (const [page, address] of [[organizer, `${CASES}/${number}`], [organizer, CASES], [member, `${OPEN}/cases/${number}`], [member, `${OPEN}/team`]] as const) {
      await page.goto(address);
      expect.soft(await audit(page), address).toEqual([]);
    }
    await organizer.setViewportSize({ width: 1440, height: 900 });
    await organizer.goto(`${CASES}/${number}`);
  });

  await test.step("the decision is reversed: the team is back, and both decisions stay to be read", async () => {
    await decide(organizer, /^위반 아님/, "다시 확인해 보니 공개된 자료였습니다.");
    await anyone.reload();
    await expect(row).toHaveCount(1);
    await team.goto(`${OPEN}/cases/${number}`);
    await expect(own.getByText("같은 파일을 냈습니다.")).toBeVisible();
    await expect(own.getByText("다시 확인해 보니 공개된 자료였습니다.")).toBeVisible();
    await team.goto(`${OPEN}/submit`);
    await expect(own.getByText("실격되어 제출할 수 없어요")).toHaveCount(0);
  });
});
