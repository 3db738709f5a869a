import { OPEN } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("the theme is kept, and the server sends the next page in it", async ({ page }) => {
  const root = page.locator("html");
  await page.goto(OPEN);
  await expect(root).not.toHaveAttribute("data-theme");
  const before = await page.evaluate(() => getComputedStyle(document.body).color);

  await page.getByRole("button", { name: "화면 밝기" }).click();
  const menu = page.getByRole("group", { name: "화면 밝기" });
  await menu.getByRole("button", { name: "어두운 화면" }).click();
  await expect(root).toHaveAttribute("data-theme", "dark");
  await expect(menu.getByRole("button", { name: "어두운 화면" })).toHaveAttribute("aria-pressed", "true");
  expect(await page.evaluate(() => getComputedStyle(document.body).color)).not.toBe(before);

  const html = await (await page.request.get("/guide")).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  await page.reload();
  await expect(root).toHaveAttribute("data-theme", "dark");

  await page.getByRole("button", { name: "화면 밝기" }).click();
  await menu.getByRole("button", { name: "시스템 설정 따르기" }).click();
  await expect(root).not.toHaveAttribute("data-theme");
  expect(await (await page.request.get("/guide")).text()).not.toContain("data-theme=");
});

test("without a choice the page follows the system's theme", async ({ someoneElse }) => {
  const dark = await someoneElse({ colorScheme: "dark" });
  await dark.goto(OPEN);
  const light = await someoneElse({ colorScheme: "light" });
  await light.goto(OPEN);
  const ink = (): string => getComputedStyle(document.body).color;
  expect(await dark.evaluate(ink)).not.toBe(await light.evaluate(ink));
});

test("the language is kept, and the server sends the next page in it", async ({ page }) => {
  const root = page.locator("html");
  await page.goto(`${OPEN}/leaderboard`);
  await expect(root).toHaveAttribute("lang", "ko");
  await page.getByRole("banner").getByRole("button", { name: "English" }).click();
  await expect(root).toHaveAttribute("lang", "en");
  await expect(page).toHaveURL(`${OPEN}/leaderboard`);
  await expect(page.getByRole("heading", { level: 1, name: "Leaderboard" })).toBeVisible();
  await page.goto("/");
  await expect(root).toHaveAttribute("lang", "en");
  expect(await (await page.request.get("/guide")).text()).toMatch(/<html[^>]* lang="en"/);
  await page.getByRole("banner").getByRole("button", { name: "한국어" }).click();
  await expect(root).toHaveAttribute("lang", "ko");
});

test("a reader whose browser asks for English gets English at once", async ({ someoneElse }) => {
  const reader = await someoneElse({ locale: "en-GB" });
  await reader.goto(OPEN);
  await expect(reader.locator("html")).toHaveAttribute("lang", "en");
  await expect(reader.getByRole("heading", { level: 1 })).toHaveText(/Breast cancer diagnosis AI challenge/);
});
