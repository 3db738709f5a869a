import type { Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { OPEN, signIn, spoiled } from "../support/demo.ts";
import { ADMINS, MEMBERS, ORGANIZERS, PUBLIC, oneSubmission, type Address } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

const WIDTHS = [1440, 768, 390, 320];

// Long ones, so both workers share them.
test.describe.configure({ mode: "parallel", timeout: 240_000 });
// Colours that are on their way to others cannot be judged.
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Asks axe about the page that is open, at every width and in both themes. */
async function audit(page: Page, name: string): Promise<string[]> {
  const found = new Set<string>();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      // The layout is all that widths change, so the second theme is asked about colours only.
      const findings = await seriousFindings(page, theme === "light" ? "all" : "colours");
      if (theme === "light") findings.push(...(await misnamed(page)));
      for (const finding of findings) found.add(`${name}, ${theme}, ${width} px: ${finding}`);
    }
  }
  return [...found];
}

async function auditAll(page: Page, pages: Address[]): Promise<string[]> {
  const found = [];
  for (const { name, path } of pages) {
    const answer = await page.goto(path);
    expect.soft(answer?.status(), `${name} (${path})`).toBe(200);
    found.push(...(await audit(page, name)));
  }
  return found;
}

/** One test for some pages, so that both workers have something to do. */
const half = Math.ceil(PUBLIC.length / 2);
for (const [which, pages] of [["first", PUBLIC.slice(0, half)], ["other", PUBLIC.slice(half)]] as const) {
  test(`axe finds nothing serious on the ${which} half of a visitor's pages, in both themes and all widths`, async ({ page }) => {
    expect(await auditAll(page, pages)).toEqual([]);
  });
}

test("axe finds nothing serious on a participant's pages, in both themes and all widths", async ({ page }) => {
  await signIn(page, "garam");
  expect(await auditAll(page, [...MEMBERS, await oneSubmission(page)])).toEqual([]);
});

test("axe finds nothing serious on an organizer's pages, in both themes and all widths", async ({ page }) => {
  await signIn(page, "organizer");
  expect(await auditAll(page, ORGANIZERS)).toEqual([]);
});

test("axe finds nothing serious on an administrator's pages, in both themes and all widths", async ({ page }) => {
  await signIn(page, "admin");
  expect(await auditAll(page, ADMINS)).toEqual([]);
});

test("axe finds nothing serious where something is open, wrong or missing", async ({ page, faults }) => {
  faults.allow(/404/);
  await signIn(page, "garam");
  const found = [];

  await page.goto(`${OPEN}/submit`);
  await page.getByLabel("파일 고르기").setInputFiles({ name: "wrong.csv", mimeType: "text/csv", buffer: Buffer.from(spoiled("knn.csv").text) });
  await expect(page.getByRole("table", { name: "파일에서 찾은 오류" })).toBeVisible();
  found.push(...(await audit(page, "a wrong file")));

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${OPEN}/team`);
  await page.getByRole("button", { name: "이름 바꾸기" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  found.push(...(await audit(page, "a dialog")));

  await page.goto("/account/tokens");
  await page.getByRole("textbox", { name: "이름", exact: true }).fill("검사용");
  await page.getByRole("button", { name: "토큰 만들기" }).click();
  await expect(page.getByRole("status")).toContainText("지금만 볼 수 있어요.");
  found.push(...(await audit(page, "a new token")));

  await page.goto("/nothing-here");
  await expect(page.getByText("찾는 화면이 없어요").first()).toBeVisible();
  found.push(...(await audit(page, "an address that is none")));
  await page.goto("/verify?key=x");
  found.push(...(await audit(page, "a link of no letter")));
  expect(found).toEqual([]);
});

test("a toast can be read in both themes, its link too", async ({ page, someoneElse }) => {
  await page.goto(`${OPEN}/rules`);
  const organizer = await someoneElse();
  await signIn(organizer, "organizer");
  await expect(async () => {
    const form = { slug: "breast-cancer", board: "notice", title: "대비 확인", markdown: "본문" };
    const posted = await organizer.request.post("/api/fn/write_post", { form, headers: { Accept: "application/json" } });
    expect(posted.ok()).toBe(true);
    await expect(page.getByRole("link", { name: "대비 확인" })).toBeVisible({ timeout: 3_000 });
  }, "the page hears of it once it is connected").toPass();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole("link", { name: "대비 확인" })).toBeVisible();
    expect(await seriousFindings(page, "colours"), colorScheme).toEqual([]);
  }
});

test("every page has one h1, no skipped heading level, and landmarks with names", async ({ page }) => {
  await signIn(page, "garam");
  for (const { name, path } of [...PUBLIC, ...MEMBERS]) {
    await page.goto(path);
    const levels = await page.getByRole("heading").evaluateAll(all => all.map(heading => Number(heading.tagName.slice(1))));
    expect.soft(levels.filter(level => level === 1), `${name}: one h1`).toHaveLength(1);
    const skipped = levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1 && at > 0);
    expect.soft(skipped, `${name}: no skipped level in ${levels.join(" ")}`).toEqual([]);
    await expect.soft(page.getByRole("main"), name).toHaveCount(1);
    await expect.soft(page.getByRole("banner"), name).toHaveCount(1);
    await expect.soft(page.getByRole("contentinfo"), name).toHaveCount(1);
  }
});
