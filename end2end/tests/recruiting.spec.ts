import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const POST = "병리 영상에 익숙한 분을 찾습니다";

// The second ends with a team that is full: one after the other.
test.describe.configure({ mode: "serial" });

test("a card is written, closed and opened again without a script, and a second one is refused", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url, locale: "ko-KR" });
  const quiet = await context.newPage();
  await signIn(quiet, "iseul");
  const main = quiet.getByRole("main");
  await quiet.goto(`${OPEN}/boards/recruit/new`);
  await expect(main.getByText(/이미 모집하고 있는 글/)).toBeVisible();
  await main.getByRole("link", { name: "그 글 보기" }).click();
  await expect(main.getByRole("heading", { level: 1 })).toContainText("병리과 전공의입니다");
  await main.getByRole("button", { name: "모집 마감하기" }).click();
  await expect(main.getByText("모집을 마감했어요.", { exact: true })).toBeVisible();
  await quiet.goto(`${OPEN}/boards/recruit/new`);
  await main.getByLabel("제목").fill("다시 팀을 찾아요");
  await main.getByRole("textbox", { name: "내용" }).fill("함께해요");
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByText("역할을 하나 이상 골라 주세요.")).toBeVisible();
  await expect(main.getByLabel("제목")).toHaveValue("다시 팀을 찾아요");
  await main.getByRole("checkbox", { name: "통계" }).check();
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("heading", { level: 1, name: "다시 팀을 찾아요" })).toBeVisible();
  await main.getByRole("button", { name: "모집 마감하기" }).click();
  await main.getByRole("button", { name: "다시 모집하기" }).click();
  await expect(main.getByRole("button", { name: "모집 마감하기" })).toBeVisible();

  await signIn(quiet, "garam");
  await quiet.goto(`${OPEN}/boards/recruit?only=open`);
  await main.getByRole("link", { name: "다시 팀을 찾아요" }).click();
  await main.getByRole("button", { name: "팀에 초대하기" }).click();
  await expect(main.getByText("초대 메일을 보내 두었어요.")).toBeVisible();
  expect(await quiet.content()).not.toContain("iseul@");
  await quiet.goto(`${OPEN}/team`);
  await expect(main.getByText("이슬", { exact: true })).toBeVisible();
  expect(await quiet.content()).not.toContain("iseul@");
  await context.close();
});

test("whoever has no team finds an open card, asks to join from the post, and the card closes when the team is full", async ({ page, someoneElse }) => {
  const [leader, visitor] = [await someoneElse(), await someoneElse()];
  await signIn(page, "iseul");
  await signIn(leader, "garam");
  const main = page.getByRole("main");

  await test.step("the list has what is open, with the roles", async () => {
    await page.goto(`${OPEN}/boards/recruit`);
    await page.getByRole("link", { name: "모집 중인 글" }).click();
    await expect(page).toHaveURL(/only=open/);
    const row = page.getByRole("row", { name: new RegExp(POST) });
    await expect(row).toContainText("모집 중");
    await expect(row).toContainText("의료영상 · 임상");
    await row.getByRole("link", { name: POST }).click();
  });

  await test.step("a visitor is told to log in, a member of another team why not", async () => {
    await visitor.goto(page.url());
    await expect(visitor.getByText("로그인하면 합류를 요청할 수 있어요.")).toBeVisible();
    await signIn(visitor, "naru-2");
    await visitor.reload();
    await expect(visitor.getByText("이미 이 대회의 팀에 들어가 있어요.")).toBeVisible();
  });

  await test.step("the request is sent from the post, which then says that it waits", async () => {
    await expect(main.getByText("1자리 (정원 4명 중 3명)")).toBeVisible();
    await main.getByLabel("메시지").fill("병리과 전공의예요.");
    await main.getByRole("button", { name: "합류 요청하기" }).click();
    await expect(main.getByRole("status").getByText("합류 요청을 보냈어요.")).toBeVisible();
    await expect(main.getByText("합류 요청을 보내 두었어요.")).toBeVisible();
    await expect(main.getByRole("button", { name: "합류 요청하기" })).toHaveCount(0);
  });

  await test.step("the leader lets them in, and both cards are closed", async () => {
    const address = page.url();
    await leader.goto(`${OPEN}/team`);
    await expect(leader.getByText("병리과 전공의예요.")).toBeVisible();
    await leader.getByRole("button", { name: /받아들이기/ }).click();
    await expect(leader.getByText("병리과 전공의예요.")).toHaveCount(0);
    await page.goto(address);
    await expect(main.getByText("정원 4명이 차서 마감됐어요.")).toBeVisible();
    await page.goto(`${OPEN}/boards/recruit?only=open`);
    await expect(main.getByText("여기에 해당하는 글이 없어요")).toBeVisible();
    await page.goto(`${OPEN}/boards/recruit`);
    await expect(page.getByRole("row", { name: new RegExp(POST) })).toContainText("마감");
  });
});
