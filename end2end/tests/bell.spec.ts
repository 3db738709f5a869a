// The bell of the header: what is unread, on every page and in every tab, and the newest of it.
import type { Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const bell = (page: Page) => page.locator("#bell");
const panel = (page: Page) => page.getByRole("dialog", { name: "알림" });

async function send(page: Page, path: string, form: Record<string, string>): Promise<void> {
  const answer = await page.request.post(`/api/fn/${path}`, { form, maxRedirects: 0 });
  expect(answer.status(), path).toBeLessThan(400);
}

/** Somebody new who takes part in the open competition. */
async function participant(page: Page, name: string, address: string): Promise<void> {
  await send(page, "sign_up", { email: address, name, affiliation: "마당대학교", password: "pine-lantern-harbour-42", next: "/" });
  await send(page, "join", { slug: "breast-cancer", agree: "on" });
}

/** The same with a team of their own; gives the link by which others come in. */
async function leader(page: Page, name: string, address: string, team: string): Promise<string> {
  await participant(page, name, address);
  await send(page, "create_team", { slug: "breast-cancer", name: team });
  await page.goto(`${OPEN}/team`);
  const link = page.getByRole("textbox", { name: "초대 링크" });
  const make = page.getByRole("button", { name: "초대 링크 만들기" });
  await expect(link.or(make)).toBeVisible();
  if (await make.isVisible()) await make.click();
  return link.inputValue();
}

async function enter(guest: Page, link: string, name: string, address: string): Promise<void> {
  await participant(guest, name, address);
  await guest.goto(link);
  await guest.getByRole("main").getByRole("button", { name: /들어가기|합류/ }).first().click();
  await expect(guest).toHaveURL(/\/team$/);
}

test("a leader's bell counts who joins without the page being loaded again, in every tab, and opens by the keyboard", async ({ page, context, someoneElse }) => {
  const link = await leader(page, "한여울", "bell-leader@example.kr", "여울목");
  await page.goto("/");
  const second = await context.newPage();
  await second.goto("/guide");
  for (const tab of [page, second]) await expect(bell(tab)).toHaveAccessibleName("알림");

  await test.step("another person joins", async () => {
    await enter(await someoneElse(), link, "오가람", "bell-member@example.kr");
    for (const tab of [page, second]) {
      await tab.bringToFront();
      await expect(bell(tab)).toHaveAccessibleName("알림, 읽지 않은 알림 1개");
    }
  });

  await test.step("the panel opens and closes by the keyboard, and the focus comes back", async () => {
    await page.bringToFront();
    await bell(page).focus();
    for (const key of ["Enter", "Space"]) {
      await page.keyboard.press(key);
      await expect(panel(page).getByRole("link", { name: /오가람 님이 여울목 팀에 들어왔어요/ })).toBeVisible();
      await expect(bell(page)).toHaveAttribute("aria-expanded", "true");
      await page.keyboard.press("Escape");
      await expect(panel(page)).toBeHidden();
      await expect(bell(page)).toBeFocused();
    }
    await bell(page).click();
    await expect(panel(page).getByRole("link", { name: "알림 설정" })).toBeVisible();
    expect(await seriousFindings(page, "all")).toEqual([]);
    expect(await misnamed(page)).toEqual([]);
    await bell(page).click();
    await expect(panel(page)).toBeHidden();
  });

  await test.step("opening the page it leads to reads it, here and in the other tab", async () => {
    await bell(page).click();
    await panel(page).getByRole("link", { name: /여울목 팀에 들어왔어요/ }).click();
    await expect(page).toHaveURL(/\/team$/);
    for (const tab of [page, second]) {
      await tab.bringToFront();
      await expect(bell(tab)).toHaveAccessibleName("알림");
    }
  });
});

test("all is read from the panel, and the list keeps what is left", async ({ page, someoneElse }) => {
  const link = await leader(page, "한누리", "bell-all@example.kr", "누리터");
  for (const [index, name] of ["정하나", "정두리"].entries()) await enter(await someoneElse(), link, name, `bell-all-${String(index)}@example.kr`);
  const main = page.getByRole("main");
  await page.goto("/account/notifications?show=unread");
  await expect(async () => {
    await page.reload();
    await expect(main.getByRole("button", { name: /^읽음 표시/ })).toHaveCount(2, { timeout: 500 });
  }).toPass();
  await main.getByRole("button", { name: /^읽음 표시: 정두리/ }).click();
  await expect(main.getByRole("link", { name: /정하나/ })).toBeVisible();
  await expect(main.getByRole("link", { name: /정두리/ })).toHaveCount(0);
  await expect(bell(page)).toHaveAccessibleName("알림, 읽지 않은 알림 1개");

  await page.goto("/");
  await bell(page).click();
  await panel(page).getByRole("button", { name: "모두 읽음" }).click();
  await expect(bell(page)).toHaveAccessibleName("알림");
  await expect(panel(page).getByRole("link", { name: /정두리/ })).toBeVisible();
  await expect(panel(page).getByRole("button", { name: "모두 읽음" })).toHaveCount(0);
  await expect(page).toHaveURL(/\/$/);
});

test("on a phone the panel fits, and says what to do when it cannot be filled", async ({ someoneElse, faults }) => {
  faults.allow(/ERR_FAILED/);
  const phone = await someoneElse({ viewport: { width: 390, height: 844 } });
  await signIn(phone, "naru");
  await phone.goto("/");
  await phone.route("**/newest_notifications", route => route.abort());
  await bell(phone).click();
  await expect(panel(phone).getByRole("alert")).toContainText("알림을 불러오지 못했어요.");
  await phone.unroute("**/newest_notifications");
  await panel(phone).getByRole("button", { name: "다시 시도" }).click();
  await expect(panel(phone).getByRole("link", { name: "모두 보기" })).toBeVisible();
  const box = await panel(phone).boundingBox();
  expect(box !== null && box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box)).toBe(true);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the bell is a link to the list", async ({ page }) => {
    await signIn(page, "naru");
    await page.goto("/guide");
    await page.getByRole("banner").getByRole("link", { name: /^알림/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "알림" })).toBeVisible();
  });
});
