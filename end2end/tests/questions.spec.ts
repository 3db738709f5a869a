import type { Page } from "@playwright/test";

import { OPEN, signIn } from "../support/demo.ts";
import { lettersTo } from "../support/mail.ts";
import { expect, test } from "../support/test.ts";

const SECRET = "우리 팀만 아는 질문이에요";
const TEXT = "남이 보면 안 되는 내용입니다";

/** Every address of the competition that could say something of a post. */
const WAYS_OUT = [
  OPEN,
  `${OPEN}/boards/qna`,
  `${OPEN}/boards/qna?only=waiting`,
  `${OPEN}/boards/qna?only=mine`,
  `${OPEN}/boards/qna?rows=50`,
  `${OPEN}/boards/qna?q=${encodeURIComponent("질문이에요")}`,
  `${OPEN}/boards/qna?q=${encodeURIComponent("가람")}&in=author`,
  `${OPEN}/boards/qna/4`,
  `${OPEN}/boards/notice`,
  `${OPEN}/boards/talk`,
  "/notices",
  "/account/notifications",
  "/api/v1/competitions/breast-cancer/notices",
  "/api/v1/competitions/breast-cancer/notices.atom",
];

async function ask(page: Page, board: string, title: string, text: string, secret: boolean): Promise<string> {
  await page.goto(`${OPEN}/boards/${board}/new`);
  const main = page.getByRole("main");
  await main.getByLabel("제목").fill(title);
  await main.getByRole("textbox", { name: "내용" }).fill(text);
  if (secret) await main.getByRole("checkbox", { name: /비밀글/ }).check();
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("heading", { level: 1, name: title })).toBeVisible();
  return new URL(page.url()).pathname;
}

test("a team's secret question is answered, and a stranger learns of neither its text nor its author by any way", async ({ page, someoneElse, faults, madang }) => {
  faults.allow(/403|404/);
  const [organizer, stranger] = [await someoneElse(), await someoneElse()];
  await signIn(page, "garam");
  await signIn(organizer, "organizer");
  await signIn(stranger, "naru");
  const address = await ask(page, "qna", SECRET, TEXT, true);

  await test.step("the stranger sees that there is one, and nothing more", async () => {
    await stranger.goto(`${OPEN}/boards/qna`);
    const row = stranger.getByRole("row", { name: /비밀글이에요/ }).first();
    await expect(row).toBeVisible();
    await expect(row.getByRole("link")).toHaveCount(0);
    for (const way of [...WAYS_OUT, address, `${address}/edit`, `${address}/history`]) {
      const answer = await stranger.request.get(way);
      const body = await answer.text();
      for (const secret of [SECRET, TEXT]) expect(body.includes(secret), `${way} says ${secret}`).toBe(false);
    }
    expect((await stranger.goto(address))?.status()).toBe(403);
    await expect(stranger.getByText("비밀글이에요. 쓴 사람의 팀과 운영자만 볼 수 있어요.")).toBeVisible();
  });

  await test.step("the organizer answers officially", async () => {
    await organizer.goto(address);
    const main = organizer.getByRole("main");
    await main.getByLabel("댓글 쓰기").fill("비밀 답변입니다.");
    await expect(main.getByRole("checkbox", { name: /공식 답변/ })).toBeChecked();
    await main.getByRole("button", { name: "댓글 올리기" }).click();
    await expect(main.getByText("답변완료", { exact: true }).first()).toBeVisible();
  });

  await test.step("a team mate reads it, the asker is told in the page and by mail", async () => {
    const mate = await someoneElse();
    await signIn(mate, "garam-2");
    await mate.goto(address);
    await expect(mate.getByText("비밀 답변입니다.")).toBeVisible();
    await expect(async () => {
      await page.goto("/account/notifications");
      await expect(page.getByRole("link", { name: `‘${SECRET}’에 공식 답변이 달렸어요` })).toBeVisible({ timeout: 500 });
    }).toPass();
    await page.getByRole("link", { name: `‘${SECRET}’에 공식 답변이 달렸어요` }).click();
    await expect(page.getByText("비밀 답변입니다.")).toBeVisible();
    expect(await lettersTo(madang.folder, "naru@madang.test"), "nobody else is written to").toEqual([]);
  });
});

test("a comment is answered, changed and deleted by keyboard and without a script", async ({ browser, madang, page }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url, locale: "ko-KR" });
  const quiet = await context.newPage();
  await signIn(quiet, "garam");
  await quiet.goto(`${OPEN}/boards/talk/1`);
  const main = quiet.getByRole("main");
  await main.getByLabel("댓글 쓰기").fill("스크립트 없이 썼어요");
  await main.getByRole("button", { name: "댓글 올리기" }).click();
  const mine = main.getByRole("listitem").filter({ hasText: "스크립트 없이 썼어요" });
  await expect(mine).toBeVisible();
  await mine.getByText("수정", { exact: true }).click();
  await mine.getByLabel("댓글 수정").fill("고쳐 썼어요");
  await mine.getByRole("button", { name: "수정한 댓글 올리기" }).click();
  const changed = main.getByRole("listitem").filter({ hasText: "고쳐 썼어요" });
  await expect(changed).toBeVisible();
  await changed.getByText("답글", { exact: true }).click();
  await changed.getByLabel("답글 쓰기").fill("스스로 답했어요");
  await changed.getByRole("button", { name: "댓글 올리기" }).click();
  await expect(main.getByRole("listitem").filter({ hasText: "스스로 답했어요" })).toBeVisible();
  await changed.getByText("삭제", { exact: true }).click();
  await changed.getByRole("button", { name: "댓글 삭제하기" }).click();
  await expect(main.getByText("삭제된 댓글이에요")).toBeVisible();
  await expect(main.getByRole("listitem").filter({ hasText: "스스로 답했어요" })).toBeVisible();
  await context.close();
  await page.goto(`${OPEN}/boards/talk/1`);
  await expect(page.getByText("고쳐 썼어요")).toHaveCount(0);
});

test("what is typed stays in the browser until it is sent, also across a lost session", async ({ page, context }) => {
  await signIn(page, "naru");
  await page.goto(`${OPEN}/boards/talk/new`);
  const main = page.getByRole("main");
  await main.getByLabel("제목").fill("쓰다 만 글");
  await main.getByRole("textbox", { name: "내용" }).fill("아직 다 못 썼어요");
  await context.clearCookies();
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(page.getByRole("heading", { name: /로그인/ })).toBeVisible();
  await signIn(page, "naru");
  await page.goto(`${OPEN}/boards/talk/new`);
  await expect(main.getByText("이 브라우저에 저장해 둔 글을 불러왔어요.")).toBeVisible();
  await expect(main.getByRole("textbox", { name: "내용" })).toHaveValue("아직 다 못 썼어요");
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("heading", { level: 1, name: "쓰다 만 글" })).toBeVisible();
  await page.goto(`${OPEN}/boards/talk/new`);
  await expect(main.getByRole("textbox", { name: "내용" })).toHaveValue("");
});

test("a reported post is hidden with a reason, which its author reads", async ({ page, someoneElse, faults }) => {
  faults.allow(/404/);
  const [organizer, reader] = [await someoneElse(), await someoneElse()];
  await signIn(page, "naru-2");
  const address = await ask(page, "talk", "광고예요", "여기서 사세요", false);
  await signIn(reader, "garam-2");
  await reader.goto(address);
  await reader.getByText("신고", { exact: true }).first().click();
  await reader.getByLabel("신고하는 이유").first().fill("광고");
  await reader.getByRole("button", { name: "운영자에게 신고하기" }).first().click();
  await expect(reader.getByText("운영자에게 알렸어요.")).toBeVisible();
  await signIn(organizer, "organizer");
  await organizer.goto(`${OPEN}/manage/boards`);
  await organizer.getByRole("link", { name: "광고예요" }).click();
  await organizer.getByText("가리기", { exact: true }).first().click();
  await organizer.getByLabel(/가리는 이유/).first().fill("광고 글입니다");
  await organizer.getByRole("button", { name: "가리기" }).first().click();
  await expect(organizer.getByText("가렸어요.", { exact: false }).first()).toBeVisible();
  expect((await reader.goto(address))?.status()).toBe(404);
  await page.goto(address);
  await expect(page.getByText("운영자가 가렸어요. 이유: 광고 글입니다")).toBeVisible();
});

test("an organizer publishes a secret question without its author's name and links another one to it, which whoever types it is offered", async ({ page, someoneElse, faults }) => {
  faults.allow(/403|404/);
  const [organizer, stranger] = [await someoneElse(), await someoneElse()];
  await signIn(page, "garam");
  await signIn(organizer, "organizer");
  await signIn(stranger, "naru");
  const secret = await ask(page, "qna", "가람팀 결측값 처리 방법", "가람팀은 결측값이 많아요", true);
  let published = "";

  await test.step("the form begins with what was asked, and what is published names nobody", async () => {
    await organizer.goto(secret);
    await organizer.getByRole("link", { name: "이름 없이 공개하기" }).click();
    const main = organizer.getByRole("main");
    await expect(main.getByText("누구인지 알 수 있는 말을 지워 주세요.")).toBeVisible();
    await expect(main.getByRole("textbox", { name: "내용" })).toHaveValue("가람팀은 결측값이 많아요");
    await main.getByLabel("제목").fill("결측값 처리 방법");
    await main.getByRole("textbox", { name: "내용" }).fill("결측값이 많으면 어떻게 하나요?");
    await main.getByLabel("공식 답변").fill("그대로 두어도 됩니다.");
    await main.getByRole("button", { name: "공개하기", exact: true }).click();
    await expect(main.getByRole("heading", { level: 1, name: "결측값 처리 방법" })).toBeVisible();
    published = new URL(organizer.url()).pathname;
    await stranger.goto(published);
    await expect(stranger.getByText("그대로 두어도 됩니다.")).toBeVisible();
    await expect(stranger.getByRole("main").getByText("익명", { exact: true })).toBeVisible();
    const body = await (await stranger.request.get(published)).text();
    for (const told of ["가람", secret]) expect(body.includes(`${told}"`) || body.includes(`>${told}`), told).toBe(false);
  });

  await test.step("the secret one leads its own team there", async () => {
    await page.goto(secret);
    await page.getByRole("main").getByRole("link", { name: /결측값 처리 방법$/ }).first().click();
    await expect(page).toHaveURL(published);
    await organizer.goto(secret);
    await expect(organizer.getByRole("link", { name: "이름 없이 공개하기" })).toHaveCount(0);
  });

  await test.step("whoever types such a title is offered it, and what was typed stays", async () => {
    await stranger.goto(`${OPEN}/boards/qna/new`);
    const main = stranger.getByRole("main");
    await main.getByLabel("제목").fill("결측값 처리는 어떻게 하나요");
    const offered = main.getByRole("status").getByRole("link", { name: /결측값 처리 방법/ });
    await expect(offered).toBeVisible();
    const tab = stranger.waitForEvent("popup");
    await offered.click();
    await expect((await tab).getByText("그대로 두어도 됩니다.")).toBeVisible();
    await expect(main.getByLabel("제목")).toHaveValue("결측값 처리는 어떻게 하나요");
  });

  await test.step("a question of another team is linked to it and leads there", async () => {
    const same = await ask(stranger, "qna", "결측값이 있으면요?", "어떻게 하나요?", false);
    await organizer.goto(same);
    const main = organizer.getByRole("main");
    await main.getByText("중복 질문 연결").click();
    await main.getByLabel("같은 질문의 번호").fill(secret.split("/").at(-1) ?? "");
    await main.getByRole("button", { name: "연결하기", exact: true }).click();
    await expect(main.getByText(/다른 팀의 비밀글이라/).first()).toBeVisible();
    await main.getByLabel("같은 질문의 번호").fill(published.split("/").at(-1) ?? "");
    await main.getByRole("button", { name: "연결하기", exact: true }).click();
    await expect(main.getByText("연결을 바꿨어요.")).toBeVisible();
    await stranger.goto(same);
    await expect(stranger.getByRole("main").getByText("답변완료", { exact: true }).first()).toBeVisible();
    await stranger.getByRole("main").getByRole("link", { name: /결측값 처리 방법$/ }).first().click();
    await expect(stranger).toHaveURL(published);
  });
});

test("an answer that organizers keep is put after what is typed already", async ({ page }) => {
  await signIn(page, "organizer");
  await page.goto(`${OPEN}/manage/boards/answers`);
  const main = page.getByRole("main");
  await main.getByLabel("이름").fill("일정 안내");
  await main.getByLabel("내용").fill("일정은 **공지**를 봐 주세요.");
  await main.getByRole("button", { name: "저장하기" }).click();
  await expect(main.getByText("답변을 저장했어요.")).toBeVisible();
  await page.goto(`${OPEN}/boards/qna/3`);
  const field = main.getByLabel("댓글 쓰기");
  await field.fill("안녕하세요.");
  await main.getByText("자주 쓰는 답변", { exact: true }).click();
  await main.getByRole("button", { name: "‘일정 안내’ 댓글에 넣기" }).click();
  await expect(field).toHaveValue("안녕하세요.\n\n일정은 **공지**를 봐 주세요.");
});
