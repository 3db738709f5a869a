import type { Page } from "@playwright/test";

import { OPEN, signIn } from "../support/demo.ts";
import { ADMINS, MEMBERS, ORGANIZERS, PUBLIC, clipped, oneSubmission, overflow, type Address } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** Pages that are wider than a phone, of those given. */
async function tooWide(page: Page, pages: Address[]): Promise<string[]> {
  const wide = [];
  for (const { name, path } of pages) {
    await page.goto(path);
    await expect(page.getByRole("main").getByRole("heading", { level: 1 }), name).toHaveCount(1);
    const by = await overflow(page);
    if (by > 0) wide.push(`${name} (${path}) by ${by} px`);
  }
  return wide;
}

test("no page of a visitor is wider than a phone", async ({ page }) => {
  expect(await tooWide(page, PUBLIC)).toEqual([]);
});

test("no page of a participant is wider than a phone", async ({ page }) => {
  await signIn(page, "garam");
  expect(await tooWide(page, [...MEMBERS, await oneSubmission(page)])).toEqual([]);
});

test("no page of an organizer is wider than a phone", async ({ page }) => {
  await signIn(page, "organizer");
  expect(await tooWide(page, ORGANIZERS)).toEqual([]);
});

test("no page of an administrator is wider than a phone", async ({ page }) => {
  await signIn(page, "admin");
  expect(await tooWide(page, ADMINS)).toEqual([]);
});

for (const language of ["ko", "en"]) {
  test(`no text of the list of competitions is cut off on a phone (${language})`, async ({ page, madang }) => {
    await page.context().addCookies([{ name: "lang", value: language, url: madang.url }]);
    await page.goto("/");
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    for (const width of [320, 360, 390]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await clipped(page), `${width} px`).toEqual([]);
      expect(await overflow(page), `${width} px`).toBe(0);
    }
  });
}

test("no text of a visitor's page is cut off on a phone", async ({ page }) => {
  const cut = [];
  for (const { name, path } of PUBLIC) {
    await page.goto(path);
    cut.push(...(await clipped(page)).map(text => `${name} (${path}): ${text}`));
  }
  expect(cut).toEqual([]);
});

test("the menu of a phone opens, leads to pages, and closes with Escape", async ({ page }) => {
  await page.goto(OPEN);
  const opener = page.getByRole("button", { name: "메뉴 열기" });
  const menu = page.getByRole("navigation", { name: "전체 메뉴" });
  await expect(menu).toBeHidden();
  await opener.tap();
  await expect(menu).toBeVisible();
  await expect(menu).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await opener.tap();
  await menu.getByRole("link", { name: "공지사항" }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "공지사항" })).toBeVisible();
});

test("the leaderboard of a phone shows rank, team and score, and folds the rest into a line", async ({ page }) => {
  await page.goto(`${OPEN}/leaderboard`);
  const table = page.getByRole("table").first();
  await expect(table.getByRole("columnheader")).toHaveText(["순위", "팀", /^점수/]);
  const row = table.getByRole("row", { name: /나루/ });
  await expect(row.getByRole("cell")).toHaveCount(2);
  await expect(row.getByRole("rowheader")).toContainText(/102 · 제출 \d+/);
  await expect(row.getByRole("cell").last()).toHaveText(/^0\.\d{5}$/);
});

test("a file is chosen and checked on a phone", async ({ page }) => {
  await signIn(page, "garam");
  await page.goto(`${OPEN}/submit`);
  await expect(page.getByText(/^오늘 \d+\/10회 사용 · \d+회 남음 · 00:00 KST 초기화/)).toBeVisible();
  const lines = ["id,malignant", "P4210,1.2"].join("\n");
  await page.getByLabel("파일 고르기").setInputFiles({ name: "answer.csv", mimeType: "text/csv", buffer: Buffer.from(lines) });
  await expect(page.getByRole("table", { name: "파일에서 찾은 오류" })).toContainText("1.2");
  expect(await overflow(page)).toBe(0);
});
