import type { Locator, Page } from "@playwright/test";

import { OPEN, signIn, submitAsProgram } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("a leaderboard that loses its connection says so, and makes up for what it missed", async ({ page, context, request, faults }) => {
  faults.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK|ERR_CONNECTION/);
  await page.goto(`${OPEN}/leaderboard`);
  const row = page.getByRole("table").getByRole("row", { name: /해오름/ });
  const before = await row.getByRole("cell").allInnerTexts();
  const live = page.getByText(/^실시간/);
  const cut = page.getByText(/^연결이 끊겨 다시 잇는 중/);
  await expect(live).toBeVisible();

  await context.setOffline(true);
  await page.route("**/events", route => route.abort());
  // A connection that stands is not cut by going offline: the page in front asks anew when it comes back into sight.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(cut).toBeVisible();
  await expect(cut).toContainText("값");

  await submitAsProgram(request, "haeoreum", "dummy.csv");
  await context.setOffline(false);
  await page.unroute("**/events");
  await expect(live).toBeVisible({ timeout: 20_000 });
  await expect(cut).toHaveCount(0);
  await expect.poll(() => row.getByRole("cell").allInnerTexts()).not.toEqual(before);
});

test("the leaderboard can be held still and goes on afterwards", async ({ page, someoneElse, request }) => {
  const entriesOf = (reader: Page): Locator => reader.getByRole("table").getByRole("row", { name: /도담/ }).getByRole("cell").nth(-2);
  const other = await someoneElse();
  for (const reader of [page, other]) {
    await reader.goto(`${OPEN}/leaderboard`);
    await expect(reader.getByText(/^실시간/)).toBeVisible();
  }
  const entries = entriesOf(page);
  const before = Number(await entries.innerText());
  await page.getByRole("button", { name: "실시간 갱신 멈추기" }).click();
  await expect(page.getByText(/^멈춤/)).toBeVisible();
  await submitAsProgram(request, "dodam", "dummy.csv");
  await expect(entriesOf(other), "another reader's goes on meanwhile").toHaveText(String(before + 1));
  await expect(entries).toHaveText(String(before));
  await page.getByRole("button", { name: "실시간 갱신 이어 보기" }).click();
  await expect(entries).toHaveText(String(before + 1));
});

test("the own place stands at the bottom of the window while the own row is out of sight", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 480 });
  await signIn(page, "dasom");
  await page.goto(`${OPEN}/leaderboard`);
  const place = page.getByRole("complementary", { name: "내 순위" });
  await expect(place).toContainText("다솜");
  await expect(place).toBeInViewport();
  await page.getByRole("table").getByRole("row", { name: /다솜/ }).scrollIntoViewIfNeeded();
  await expect(place).not.toBeInViewport();
});

test("a visitor has no own place on the leaderboard", async ({ page }) => {
  await page.goto(`${OPEN}/leaderboard`);
  await expect(page.getByRole("table").getByRole("row", { name: /나루/ })).toBeVisible();
  await expect(page.getByRole("complementary", { name: "내 순위" })).toHaveCount(0);
});
