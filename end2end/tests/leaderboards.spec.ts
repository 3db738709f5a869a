import { readFile } from "node:fs/promises";

import { CLOSED, OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("after the end the private leaderboard is open and shows how ranks changed", async ({ page }) => {
  await page.goto(`${CLOSED}/leaderboard`);
  const boards = page.getByRole("group", { name: "리더보드 종류" });
  await expect(boards.getByRole("link", { name: "공개", exact: true })).toHaveAttribute("aria-current", "page");
  await expect(page.getByText(/^공개 점수는 테스트 데이터의 약 \d+%로 계산한 값이에요\.$/)).toBeVisible();
  const table = page.getByRole("table");
  const teams = (): Promise<string[]> => table.getByRole("rowheader").allInnerTexts();
  const open = await teams();

  await boards.getByRole("link", { name: "비공개" }).click();
  await expect(page).toHaveURL(`${CLOSED}/leaderboard?board=private`);
  await expect(page.getByText(/^테스트 데이터의 나머지 \d+%로 계산한 최종 순위예요\.$/)).toBeVisible();
  await expect(table.getByText("상승").first()).toBeAttached();
  await expect(table.getByText("하락").first()).toBeAttached();
  expect(await teams(), "another order than before").not.toEqual(open);
});

test("before the end the private leaderboard is locked and says when it opens", async ({ page, request }) => {
  await page.goto(`${OPEN}/leaderboard`);
  const locked = page.getByRole("group", { name: "리더보드 종류" }).getByRole("button", { name: "비공개" });
  await expect(locked).toBeDisabled();
  await expect(locked).toHaveAccessibleDescription(/비공개 리더보드는 .+ KST에 열려요/);
  expect((await request.get(`/api/v1${OPEN}/leaderboard?board=private`)).status()).toBe(403);
});

test("secondary metrics stand beside the score, on the leaderboard and with a submission", async ({ page }) => {
  await page.goto(`${OPEN}/leaderboard`);
  const table = page.getByRole("table").first();
  await expect(table.getByRole("columnheader", { name: "평균 정밀도(AP)" })).toBeVisible();
  await expect(table.getByRole("row", { name: /해오름/ })).toContainText("0.89538");

  await signIn(page, "haeoreum");
  await page.goto(`${OPEN}/submissions`);
  await page.getByRole("row", { name: /0\.93494/ }).getByRole("link").first().click();
  const beside = page.getByRole("table", { name: "참고 지표" });
  await expect(beside.getByRole("row", { name: /평균 정밀도\(AP\)/ })).toContainText("0.89538");
  await expect(beside.getByRole("columnheader", { name: "비공개 점수" }), "nothing private before the reveal").toHaveCount(0);
});

test("a wide screen shows every column of the leaderboard, in either language", async ({ someoneElse }) => {
  for (const [locale, last] of [["ko-KR", "마지막 제출"], ["en-US", "Last submission"]] as const) {
    const page = await someoneElse({ locale, viewport: { width: 1440, height: 900 } });
    await signIn(page, "haeoreum");
    await page.goto(`${OPEN}/leaderboard`);
    await expect(page.getByRole("columnheader", { name: last })).toBeInViewport({ ratio: 1 });
  }
});

test("teams can be found by name or number, and the leaderboard can be taken home as a file", async ({ page }) => {
  await page.goto(`${OPEN}/leaderboard`);
  const find = page.getByRole("searchbox", { name: "팀 찾기" });
  const teams = page.getByRole("table").getByRole("rowheader");
  await find.fill("너울");
  await find.press("Enter");
  await expect(teams).toHaveCount(1);
  await expect(teams).toContainText("너울");
  await find.fill("없는 팀");
  await find.press("Enter");
  await expect(page.getByText("‘없는 팀’에 맞는 팀이 없어요")).toBeVisible();
  await page.getByRole("link", { name: "모두 보기" }).click();
  await expect(teams.filter({ hasText: "나루" })).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "리더보드를 CSV로 받기" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const csv = await readFile(await file.path(), "utf8");
  expect(csv).toContain('"나루"');
  expect(csv, "members by their public names").toMatch(/"[^"]*서준[^"]*"/);
  expect(csv).not.toContain("이서준");
});

test("the leaders' scores are a chart with a table behind it", async ({ page }) => {
  await page.goto(`${OPEN}/leaderboard`);
  await expect(page.getByRole("img", { name: /단계형|계단형/ })).toBeVisible();
  await page.getByText("표로 보기").click();
  await expect(page.getByRole("table", { name: "그래프의 값" })).toBeVisible();
});

test("the final leaderboard says how certain its ranks are, before the end nothing is said of it", async ({ page }) => {
  const question = page.getByText("순위는 얼마나 확실한가요?");
  // A worker computes it once the results are out.
  await expect(async () => {
    await page.goto(`${CLOSED}/leaderboard?board=private`);
    await expect(question).toBeVisible({ timeout: 1000 });
  }).toPass();
  await question.click();
  const table = page.getByRole("table").filter({ has: page.getByRole("columnheader", { name: "95% 구간" }) });
  await expect(table.getByRole("rowheader")).toHaveCount(9);
  await expect(table.getByRole("cell", { name: "구별 안 됨" }).first()).toBeVisible();

  await page.goto(`${OPEN}/leaderboard`);
  await expect(question).toHaveCount(0);
});

test("the evaluation page shows the commitment from the start and its opening after the results", async ({ page }) => {
  await page.goto(`${OPEN}/evaluation`);
  const promise = page.getByRole("region", { name: "정답이 바뀌지 않는다는 약속" });
  await expect(promise.getByText(/^[0-9a-f]{64}$/)).toHaveCount(1);
  await page.goto(`${CLOSED}/evaluation`);
  await expect(promise.getByText(/^[0-9a-f]{64}$/)).toHaveCount(3);
  await expect(promise.getByText(/^madang verify --commitment [0-9a-f]{64} --salt [0-9a-f]{64} --hash [0-9a-f]{64}$/)).toBeVisible();
});
