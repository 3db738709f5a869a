import type { Locator, Page } from "@playwright/test";

import { OPEN, signIn, submitAsProgram } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

/** Puts a page out of sight, as another tab in front of it does, or back into it. */
async function sight(page: Page, seen: boolean): Promise<void> {
  await page.evaluate(hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !seen);
}

test("eight tabs of one browser follow the same contest, and every one of them moves", async ({ context, request }) => {
  const tabs: Page[] = [];
  for (let count = 0; count < 8; count += 1) {
    const tab = await context.newPage();
    // A browser allows six connections to a server: with one in each tab, the seventh page would never come.
    await tab.goto(`${OPEN}/leaderboard`);
    await expect(tab.getByText(/^실시간/)).toBeVisible();
    tabs.push(tab);
  }
  const entries = (tab: Page): Locator => tab.getByRole("table").getByRole("row", { name: /온새미/ }).getByRole("cell").nth(-2);
  const before = await Promise.all(tabs.map(async tab => Number(await entries(tab).innerText())));
  await submitAsProgram(request, "onsaemi", "dummy.csv");
  for (const [index, tab] of tabs.entries()) await expect(entries(tab)).toHaveText(String((before[index] ?? 0) + 1));
});

test("a tab that is out of sight for a while shows what it missed when it comes back", async ({ page, request }) => {
  await page.goto(`${OPEN}/leaderboard`);
  await expect(page.getByText(/^실시간/)).toBeVisible();
  const entries = page.getByRole("table").getByRole("row", { name: /마루/ }).getByRole("cell").nth(-2);
  const before = Number(await entries.innerText());
  await sight(page, false);
  await submitAsProgram(request, "maru", "dummy.csv");
  await expect(entries, "nothing moves while nobody looks").toHaveText(String(before));
  await sight(page, true);
  await expect(entries).toHaveText(String(before + 1));
});

test("a leaderboard that loses its connection says so, and makes up for what it missed", async ({ page, context, request, faults }) => {
  // As on a phone, where there is no shared worker and each page holds its own connection.
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "SharedWorker");
  });
  faults.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK|ERR_CONNECTION/);
  await page.goto(`${OPEN}/leaderboard`);
  const entries = page.getByRole("table").getByRole("row", { name: /해오름/ }).getByRole("cell").nth(-2);
  const before = Number(await entries.innerText());
  const live = page.getByText(/^실시간/);
  const cut = page.getByText(/^연결이 끊겨 다시 잇는 중/);
  await expect(live).toBeVisible();

  await context.setOffline(true);
  await page.route("**/events", route => route.abort());
  // A connection that stands is not cut by going offline: the page asks anew when it comes back into sight.
  await sight(page, false);
  await sight(page, true);
  await expect(cut).toBeVisible();
  await expect(cut).toContainText("값");

  await submitAsProgram(request, "haeoreum", "dummy.csv");
  await context.setOffline(false);
  await page.unroute("**/events");
  await expect(live).toBeVisible({ timeout: 20_000 });
  await expect(cut).toHaveCount(0);
  await expect(entries).toHaveText(String(before + 1));
});

test("a connection that ends as planned is opened again without a word about it", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "SharedWorker");
    const look = (): void => {
      if (document.documentElement.textContent.includes("연결이 끊겨")) document.documentElement.setAttribute("data-told", "");
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  });
  let opened = 0;
  await page.route("**/events", async route => {
    opened += 1;
    await (opened === 1 ? route.fulfill({ contentType: "text/event-stream", body: "event: end\ndata:\n\n" }) : route.continue());
  });
  await page.goto(`${OPEN}/leaderboard`);
  await expect.poll(() => opened).toBe(2);
  await expect(page.getByText(/^실시간/)).toBeVisible();
  expect(await page.locator("html").getAttribute("data-told"), "it was not told as broken").toBeNull();
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
  await page.getByRole("button", { name: "실시간 갱신 다시 받기" }).click();
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
