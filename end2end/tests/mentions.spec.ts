// Naming people and teams in comments, and reacting to what they say.
import type { Page } from "@playwright/test";

import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const bell = (page: Page) => page.locator("#bell");

test("a person and a team are named in a comment and hear the bell, and a reaction is given and taken back by keyboard", async ({ page, someoneElse }) => {
  const [person, member] = [await someoneElse(), await someoneElse()];
  await signIn(page, "garam");
  await signIn(person, "naru");
  await signIn(member, "saebyeok-2");
  await person.goto(`${OPEN}/boards/talk/1`);
  await member.goto(OPEN);
  const main = page.getByRole("main");
  const unread = await bell(member).textContent();

  await test.step("the name is chosen behind an @ with the arrows and Enter", async () => {
    await page.goto(`${OPEN}/boards/talk/1`);
    const field = main.getByLabel("댓글 쓰기");
    await field.pressSequentially("고마워요 @나");
    const names = main.getByRole("listbox", { name: "언급할 이름" });
    await expect(names.getByRole("option", { name: "나루" })).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Escape");
    await expect(names).toBeHidden();
    await page.keyboard.press("Backspace");
    await page.keyboard.type("나");
    await expect(names).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(field).toHaveValue("고마워요 @나루");
    await field.pressSequentially("님, @새벽별도 봐 주세요");
    await main.getByRole("button", { name: "댓글 올리기" }).last().click();
    const comment = main.getByRole("listitem").filter({ hasText: "봐 주세요" });
    await expect(comment.locator("span.mention"), "the person who talks here, not their team").toHaveText("@나루");
    await expect(comment.getByRole("link", { name: "@새벽별" })).toHaveAttribute("href", `${OPEN}/teams/103`);
  });

  await test.step("both hear of it without loading a page", async () => {
    await expect(bell(member)).not.toHaveText(unread ?? "");
    await expect(async () => {
      await person.goto("/account/notifications");
      await expect(person.getByRole("link", { name: /에서 나 또는 우리 팀이 언급됐어요$/ }).first()).toBeVisible({ timeout: 500 });
    }).toPass();
    await person.getByRole("link", { name: /에서 나 또는 우리 팀이 언급됐어요$/ }).first().click();
    await expect(person.getByRole("listitem").filter({ hasText: "봐 주세요" })).toBeVisible();
  });

  await test.step("a reaction is one press and another, and stays", async () => {
    const comment = person.getByRole("main").getByRole("listitem").filter({ hasText: "봐 주세요" });
    const button = comment.getByRole("button", { name: /^도움돼요/ });
    await expect(button).toHaveAttribute("aria-pressed", "false");
    const address = person.url();
    await button.focus();
    await person.keyboard.press("Enter");
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(button).toHaveAccessibleName("도움돼요 1");
    await expect(button).toBeFocused();
    expect(person.url()).toBe(address);
    await person.reload();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await button.focus();
    await person.keyboard.press("Space");
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await expect(button).toHaveAccessibleName("도움돼요");
  });
});

test("without a script a reaction leads back to the comment, and an empty reason comes back in its form", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url, locale: "ko-KR" });
  const quiet = await context.newPage();
  await signIn(quiet, "saebyeok");
  await quiet.goto(`${OPEN}/boards/talk/1`);
  const comment = quiet.locator("#comment-1");
  await comment.getByRole("button", { name: /^고마워요/ }).click();
  await expect(comment.getByRole("button", { name: /^고마워요/ })).toHaveAttribute("aria-pressed", "true");
  expect(new URL(quiet.url()).hash).toBe("#comment-1");
  await comment.getByText("신고", { exact: true }).click();
  await comment.getByLabel("신고하는 이유").fill(" ");
  await comment.getByRole("button", { name: "운영자에게 신고하기" }).click();
  await expect(comment.getByLabel("신고하는 이유")).toBeVisible();
  await expect(comment.getByLabel("신고하는 이유")).toHaveAttribute("aria-invalid", "true");
  await context.close();
});
