import type { Page } from "@playwright/test";

import { OPEN, signIn } from "../support/demo.ts";
import { linkTo } from "../support/mail.ts";
import { expect, test } from "../support/test.ts";

async function signUp(page: Page, name: string, address: string): Promise<void> {
  const answer = await page.request.post("/api/fn/sign_up", {
    form: { email: address, name, affiliation: "", password: "pine-lantern-harbour-42", next: "/" },
    maxRedirects: 0,
  });
  expect(answer.status()).toBeLessThan(400);
}

test("an owner asks someone by mail to judge, who accepts, sees the dashboard, and is offered no application", async ({ page, someoneElse, faults, madang }) => {
  const main = page.getByRole("main");
  await signIn(page, "organizer");

  await test.step("the owner is led from the competition to its rooms and sends the invitation", async () => {
    await page.goto(OPEN);
    await expect(main.getByRole("link", { name: "참가하기" })).toHaveCount(0);
    await main.getByRole("link", { name: "대회 운영", exact: true }).click();
    await expect(main.getByRole("heading", { level: 1, name: "대시보드" })).toBeVisible();
    await main.getByRole("navigation", { name: "운영 메뉴" }).getByRole("link", { name: "역할" }).click();
    await main.getByRole("textbox", { name: "메일 주소" }).fill("sujin@example.kr");
    await main.getByRole("combobox", { name: "역할", exact: true }).selectOption({ label: "심사위원" });
    await main.getByRole("button", { name: "초대 메일 보내기" }).click();
    await expect(main.getByText("초대 메일을 보낼게요.")).toBeVisible();
    await expect(main.getByRole("table", { name: "수락을 기다리는 초대" }).getByRole("row", { name: /sujin@example.kr/ })).toContainText("심사위원");
  });
  const link = await linkTo(madang.folder, "sujin@example.kr");

  await test.step("whoever was handed the mail cannot take the role", async () => {
    const stranger = await someoneElse();
    await stranger.goto(link);
    await expect(stranger.getByRole("main").getByText("초대 메일을 받은 주소의 계정으로 로그인해 주세요.", { exact: false })).toBeVisible();
    await signUp(stranger, "문지기", "gate@example.kr");
    await stranger.goto(link);
    await expect(stranger.getByText("다른 주소로 보낸 초대예요")).toBeVisible();
    await expect(stranger.getByRole("button", { name: "수락하기" })).toHaveCount(0);
  });

  const judge = await someoneElse();
  await test.step("the invited one accepts with a button and is a judge", async () => {
    await signUp(judge, "한수진", "sujin@example.kr");
    await judge.goto(link);
    await expect(judge.getByText("심사위원 역할을 제안받았어요.")).toBeVisible();
    await judge.getByRole("button", { name: "수락하기" }).click();
    await expect(judge.getByRole("heading", { level: 1, name: "대시보드" })).toBeVisible();
    await judge.goto(`${OPEN}/apply`);
    await expect(judge.getByRole("main").getByText("이 대회를 함께 운영하고 있어요", { exact: false }).last()).toBeVisible();
    await judge.goto(`${OPEN}/manage/roles`);
    await expect(judge.getByRole("button", { name: "초대 메일 보내기" }), "only owners give roles").toHaveCount(0);
  });

  await test.step("the used link says what to do next", async () => {
    faults.allow(/status of 410/);
    await judge.goto(link);
    await expect(judge.getByText("이미 사용한 초대예요")).toBeVisible();
  });

  await test.step("the owner takes the role back, and the rooms are closed", async () => {
    await page.reload();
    const row = main.getByRole("table", { name: "역할이 있는 사람" }).getByRole("row", { name: /한수진/ });
    await row.getByRole("combobox", { name: "한수진님의 역할" }).selectOption({ label: "역할 없음" });
    await row.getByRole("button", { name: "한수진님의 역할 바꾸기" }).click();
    await expect(main.getByText("역할을 바꿨어요.")).toBeVisible();
    await expect(row).toHaveCount(0);
    faults.allow(/status of 403/);
    await judge.goto(`${OPEN}/manage`);
    await expect(judge.getByText("이 대회의 운영자만 할 수 있어요.")).toBeVisible();
  });
});

test("without a script an owner gives, changes and takes back", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const page = await context.newPage();
  await signIn(page, "organizer");
  await page.goto(`${OPEN}/manage/roles`);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: "메일 주소" }).fill("no address");
  await main.getByRole("button", { name: "초대 메일 보내기" }).click();
  await expect(main.getByRole("textbox", { name: "메일 주소" }), "what was typed stands there again").toHaveValue("no address");
  await main.getByRole("textbox", { name: "메일 주소" }).fill("bora@example.kr");
  await main.getByRole("button", { name: "초대 메일 보내기" }).click();
  const row = main.getByRole("row", { name: /bora@example.kr/ });
  await row.getByRole("button", { name: "bora@example.kr 초대 거두기" }).click();
  await expect(main.getByText("초대를 거뒀어요.")).toBeVisible();
  await expect(row).toHaveCount(0);
  await main.getByRole("combobox", { name: "운영팀님의 역할" }).selectOption({ label: "참관인" });
  await main.getByRole("button", { name: "운영팀님의 역할 바꾸기" }).click();
  await expect(main.getByText("소유자가 한 명뿐이라 바꿀 수 없어요.", { exact: false })).toBeVisible();
  await context.close();
});
