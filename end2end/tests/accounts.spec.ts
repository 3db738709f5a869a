import { createHmac } from "node:crypto";

import type { Page } from "@playwright/test";

import { linkTo } from "../support/mail.ts";
import { expect, test } from "../support/test.ts";

const PASSWORD = "pine-lantern-harbour-42";
const NEW = "maple-anchor-window-77";

async function signUp(page: Page, name: string, address: string): Promise<void> {
  await page.goto("/signup");
  await page.getByLabel("메일 주소").fill(address);
  await page.getByRole("textbox", { name: "이름", exact: true }).fill(name);
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByRole("button", { name: `${name}님의 메뉴` })).toBeVisible();
}

async function logIn(page: Page, address: string, password: string): Promise<void> {
  await page.getByLabel("메일 주소").fill(address);
  await page.getByLabel("비밀번호").fill(password);
  await page.getByRole("button", { name: "로그인하기" }).click();
}

/** The code that an authenticator app shows (RFC 6238), `steps` steps from now. */
function codeOf(secret: string, steps = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = Array.from(secret.replaceAll(" ", "")).map(letter => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a newcomer confirms the address with a button, is sent the letter again, and moves to another address", async ({ page, someoneElse, faults, madang }) => {
  await signUp(page, "정하늘", "haneul@example.kr");
  const main = page.getByRole("main");
  await page.goto("/account");
  await expect(main.getByText("메일 주소를 아직 확인하지 않았어요.")).toBeVisible();
  await main.getByRole("button", { name: "확인 메일 다시 보내기" }).click();
  await expect(main.getByText("확인 메일을 다시 보냈거나")).toBeVisible();
  const link = await linkTo(madang.folder, "haneul@example.kr", "/verify");

  const stranger = await someoneElse();
  await stranger.goto(link);
  await expect(stranger.getByText("확인을 요청한 계정으로 로그인하면", { exact: false })).toBeVisible();
  await expect(stranger.getByRole("button", { name: "내 주소로 확인하기" })).toHaveCount(0);

  await page.goto(link);
  await main.getByRole("button", { name: "내 주소로 확인하기" }).click();
  await expect(main.getByText("메일 주소를 확인했어요.")).toBeVisible();
  await expect(main.getByText("확인됨")).toBeVisible();
  faults.allow(/status of 410/);
  await page.goto(link);
  await expect(main.getByText("이미 확인한 주소예요")).toBeVisible();

  await page.goto("/account");
  await main.getByText("주소 바꾸기").click();
  await main.getByLabel("새 메일 주소").fill("sky@example.kr");
  await main.getByLabel("현재 비밀번호").fill(PASSWORD);
  await main.getByRole("button", { name: "확인 메일 보내기" }).click();
  await expect(main.getByText("sky@example.kr 주소의 확인을 기다리고 있어요.")).toBeVisible();
  await page.goto(await linkTo(madang.folder, "sky@example.kr", "/verify"));
  await main.getByRole("button", { name: "내 주소로 확인하기" }).click();
  await expect(main.getByText("메일 주소를 바꿨어요.", { exact: false })).toBeVisible();
  await expect(main.getByText("sky@example.kr")).toBeVisible();
});

test("a forgotten password is set anew by a link that works once, and other browsers are logged out", async ({ page, someoneElse, faults, madang }) => {
  await signUp(page, "윤바다", "bada@example.kr");
  const other = await someoneElse();
  await other.goto("/login");
  await other.getByRole("link", { name: "비밀번호를 잊었나요?" }).click();
  await other.getByLabel("메일 주소").fill("nobody@example.kr");
  await other.getByRole("button", { name: "링크 받기" }).click();
  const said = await other.getByRole("main").innerText();
  await other.getByRole("link", { name: "다른 주소로 다시 받기" }).click();
  await other.getByLabel("메일 주소").fill("bada@example.kr");
  await other.getByRole("button", { name: "링크 받기" }).click();
  await expect(other.getByText("메일을 보냈어요.")).toBeVisible();
  expect(await other.getByRole("main").innerText(), "whoever asks is told the same").toBe(said);

  const link = await linkTo(madang.folder, "bada@example.kr", "/reset");
  await other.goto(link);
  await expect(other.getByRole("checkbox", { name: "접근 토큰도 모두 삭제하기" })).toBeChecked();
  await other.getByLabel("새 비밀번호").fill("짧아요");
  await other.getByRole("button", { name: "비밀번호 정하기" }).click();
  await expect(other.getByLabel("새 비밀번호")).toHaveAccessibleDescription(/12자/);
  await other.getByLabel("새 비밀번호").fill(NEW);
  await other.getByRole("button", { name: "비밀번호 정하기" }).click();
  await expect(other.getByText("새 비밀번호를 정했어요.", { exact: false })).toBeVisible();
  await logIn(other, "bada@example.kr", NEW);
  await expect(other.getByRole("button", { name: "윤바다님의 메뉴" })).toBeVisible();

  faults.allow(/status of 4(10|01)/);
  await other.goto(link);
  await expect(other.getByText("이미 쓴 링크예요")).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText("로그인이 필요해요", { exact: false }).first(), "the first browser is logged out").toBeVisible();
});

test("with a second factor a code is asked for, a recovery code works once, and it is turned off again", async ({ page, faults, madang }) => {
  await signUp(page, "오소나", "sona@example.kr");
  const main = page.getByRole("main");
  await page.goto(await linkTo(madang.folder, "sona@example.kr", "/verify"));
  await main.getByRole("button", { name: "내 주소로 확인하기" }).click();
  await main.getByRole("link", { name: "로그인과 보안" }).click();
  await main.getByRole("link", { name: "2단계 인증 켜기" }).click();
  await expect(main.getByRole("img", { name: "인증 앱으로 찍을 QR 코드" })).toBeVisible();
  const secret = await main.getByRole("region", { name: "설정 키" }).innerText();
  await main.getByLabel("인증 코드").fill("000000");
  await main.getByLabel("현재 비밀번호").fill(PASSWORD);
  await main.getByRole("button", { name: "켜기", exact: true }).click();
  await expect(main.getByLabel("인증 코드")).toHaveAccessibleDescription(/인증 코드가 맞지 않아요/);
  expect(await main.getByRole("region", { name: "설정 키" }).innerText(), "what was scanned stays").toBe(secret);
  await main.getByLabel("인증 코드").fill(codeOf(secret));
  await main.getByLabel("현재 비밀번호").fill(PASSWORD);
  await main.getByRole("button", { name: "켜기", exact: true }).click();
  const codes = (await main.getByRole("region", { name: "복구 코드" }).innerText()).split("\n");
  expect(codes).toHaveLength(10);
  await page.reload();
  await expect(main.getByRole("region", { name: "복구 코드" }), "they are shown once").toHaveCount(0);
  await main.getByRole("button", { name: "모든 기기에서 로그아웃" }).click();

  await logIn(page, "sona@example.kr", PASSWORD);
  await expect(page.getByRole("alert")).toContainText("로그인하지 못했어요.");
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByLabel("인증 코드").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "로그인하기" }).click();
  await expect(page.getByRole("button", { name: "오소나님의 메뉴" })).toBeVisible();

  await page.goto("/account/security");
  await expect(main.getByText("남은 복구 코드는 9개예요.", { exact: false })).toBeVisible();
  await main.getByText("2단계 인증 끄기").first().click();
  const form = main.locator("form").filter({ has: page.getByRole("button", { name: "2단계 인증 끄기" }) });
  await form.getByLabel("현재 비밀번호").fill(PASSWORD);
  await form.getByLabel("인증 코드").fill(codeOf(secret, 1));
  await form.getByRole("button", { name: "2단계 인증 끄기" }).click();
  await expect(main.getByText("2단계 인증을 껐어요.")).toBeVisible();
  faults.allow(/status of 401/);
});

test("without a script people see their devices, take their data along and leave", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const page = await context.newPage();
  const main = page.getByRole("main");
  await signUp(page, "한여름", "yeoreum@example.kr");
  await page.goto("/account/security");
  await expect(main.getByRole("table", { name: "로그인한 기기" }).getByRole("row", { name: /지금 이 브라우저/ })).toContainText("Chrome");
  await page.goto("/account/data");
  const download = page.waitForEvent("download");
  await main.getByRole("link", { name: "JSON 파일 받기" }).click();
  expect((await download).suggestedFilename()).toBe("madang-account.json");
  await main.getByLabel("현재 비밀번호").fill(PASSWORD);
  await main.getByLabel("확인하는 말").fill("삭제");
  await main.getByRole("button", { name: "계정 삭제하기" }).click();
  await expect(main.getByLabel("확인하는 말")).toHaveAccessibleDescription(/그대로 적어 주세요/);
  await main.getByLabel("현재 비밀번호").fill(PASSWORD);
  await main.getByLabel("확인하는 말").fill("계정 삭제");
  await main.getByRole("button", { name: "계정 삭제하기" }).click();
  await expect(main.getByText("계정을 삭제했어요.", { exact: false })).toBeVisible();
  await logIn(page, "yeoreum@example.kr", PASSWORD);
  await expect(page.getByRole("alert")).toContainText("로그인하지 못했어요.");
  await context.close();
});
