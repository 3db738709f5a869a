// Time on a page is the server's, whatever the reader's clock says and however long the page is open.
import type { Page } from "@playwright/test";

import { UPCOMING } from "../support/demo.ts";
import { rewrite } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

/** The countdown's name, as screen readers read it. */
const left = (page: Page): Promise<string | null> => page.getByRole("timer").getAttribute("aria-label");

test("the countdown goes by the server's clock, also where the reader's is fifty minutes fast", async ({ page, someoneElse }) => {
  const fast = await someoneElse();
  await fast.addInitScript(() => {
    // The page holds the connection itself then, so that the test sees when it is awake.
    Reflect.deleteProperty(window, "SharedWorker");
    const real = Date.now.bind(Date);
    Date.now = () => real() + 50 * 60_000;
  });
  await page.goto(UPCOMING);
  // The first picture is the server's; what counts is the one that the script has drawn.
  const awake = fast.waitForRequest(/\/events$/);
  await fast.goto(UPCOMING);
  await awake;
  await expect(async () => {
    const before = await left(page);
    const seen = await left(fast);
    const after = await left(page);
    expect([before, after]).toContain(seen);
  }).toPass();
});

test("the countdown goes on while the page is being translated", async ({ page }) => {
  await page.clock.install();
  await page.goto(UPCOMING);
  const countdown = page.getByRole("timer");
  const before = (await countdown.textContent()) ?? "";
  // As translators do it: each text is taken out and comes back in an element of theirs.
  await countdown.evaluate(element => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const theirs = document.createElement("span");
      theirs.textContent = text.data;
      text.replaceWith(theirs);
    }
  });
  await expect(async () => {
    await page.clock.fastForward(61_000);
    await expect(countdown).not.toHaveText(before, { timeout: 2_000 });
  }).toPass();
  await expect(countdown, "drawn once, with nothing of the translator's left").toHaveText(/^\d+일\d+시간\d+분$/);
});

test("a page that is open when a stage begins says so and offers to load again", async ({ page }) => {
  // Counted from when the page is sent: however long it takes to come, the moment is ahead of it.
  await rewrite(page, `**${UPCOMING}`, html => html.replace('data-moments="[]"', `data-moments='[[${Date.now() + 4_000},"본 대회가 시작됐어요."]]'`));
  await page.goto(UPCOMING);
  const said = page.getByRole("status").filter({ hasText: "본 대회가 시작됐어요." });
  await expect(said).toBeVisible({ timeout: 20_000 });
  const loaded = page.waitForEvent("load");
  await said.getByRole("button", { name: "새로 고침" }).click();
  await loaded;
});
