import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const TITLE = "약관이 바뀝니다";

test("an administrator's notice of the site reaches a stranger on the first page, and an organizer writes none", async ({ page, someoneElse, browser, baseURL, faults }) => {
  faults.allow(/403|404/);
  await signIn(page, "admin");
  const main = page.getByRole("main");

  await test.step("from the rooms of administration to a new notice", async () => {
    await page.goto("/admin");
    await page.getByRole("navigation", { name: "관리 메뉴" }).getByRole("link", { name: "사이트 공지" }).click();
    await main.getByRole("link", { name: "글쓰기" }).click();
    await expect(main.getByLabel("사진·파일 첨부"), "nothing can be attached").toHaveCount(0);
    await main.getByLabel("말머리").selectOption({ label: "약관" });
    await main.getByRole("textbox", { name: "내용" }).fill("12월 1일부터 ![그림](figure.png) 바뀐 **약관**을 따릅니다.");
    await main.getByRole("button", { name: "미리 보기" }).click();
    await expect(main.getByText("사진을 넣을 수 없어요", { exact: false })).toBeVisible();
    await main.getByRole("button", { name: "쓰기", exact: true }).click();
    await main.getByLabel("제목").fill(TITLE);
    await main.getByRole("button", { name: "올리기", exact: true }).click();
  });

  await test.step("what was typed comes back after a refusal", async () => {
    await expect(main.getByText("사진을 넣은 줄을 지워 주세요", { exact: false }).first()).toBeVisible();
    await expect(main.getByLabel("제목")).toHaveValue(TITLE);
    await expect(main.getByLabel("말머리")).toHaveValue("terms");
    await main.getByRole("textbox", { name: "내용" }).fill("12월 1일부터 바뀐 **약관**을 따릅니다.");
    await main.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(main.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(main.getByRole("status").filter({ hasText: "글을 올렸어요." })).toBeVisible();
  });

  const address = new URL(page.url()).pathname;
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), javaScriptEnabled: false, locale: "ko-KR" });
  const stranger = await context.newPage();

  await test.step("a stranger without JavaScript comes upon it, reads it and finds it", async () => {
    await stranger.goto("/");
    const news = stranger.getByRole("region", { name: "사이트 공지" });
    await expect(news.getByRole("link").filter({ hasText: "정기 점검 안내" }), "a pinned one stands first").toBeVisible();
    await news.getByRole("link", { name: TITLE }).click();
    await expect(stranger.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(stranger.getByRole("strong").filter({ hasText: "약관" })).toBeVisible();
    await expect(stranger.getByRole("link", { name: "수정", exact: true })).toHaveCount(0);
    await stranger.getByRole("contentinfo").getByRole("link", { name: "공지사항" }).click();
    await stranger.getByRole("searchbox", { name: "제목과 내용에서 찾기" }).fill("바뀐 **약관");
    await stranger.getByRole("button", { name: "찾기" }).click();
    await expect(stranger.getByRole("link", { name: TITLE })).toBeVisible();
    await stranger.goto(`/notices?q=${encodeURIComponent("동점")}`);
    await expect(stranger.getByText("‘동점’", { exact: false }).first(), "what a competition says is not among them").toBeVisible();
    await expect(stranger.getByRole("link", { name: /동점/ })).toHaveCount(0);
    await stranger.goto(`${OPEN}/boards/notice?q=${encodeURIComponent("바뀐")}`);
    await expect(stranger.getByRole("link", { name: TITLE })).toHaveCount(0);
    expect(await (await stranger.request.get("/notices.atom")).text()).toContain(`<title>${TITLE}</title>`);
  });

  await test.step("what it said before is for everyone", async () => {
    await main.getByRole("link", { name: "수정", exact: true }).click();
    await main.getByLabel("제목").fill(`${TITLE}(시행일 변경)`);
    await main.getByRole("button", { name: "수정한 내용 올리기" }).click();
    await expect(main.getByRole("status").filter({ hasText: "글을 수정했어요." })).toBeVisible();
    await stranger.goto(`${address}/history`);
    await expect(stranger.getByRole("insertion").filter({ hasText: "시행일 변경" })).toBeVisible();
  });

  await test.step("an organizer of a competition reads, and may not write", async () => {
    const organizer = await someoneElse();
    await signIn(organizer, "organizer");
    await organizer.goto("/notices");
    await expect(organizer.getByRole("main").getByRole("link", { name: "글쓰기" })).toHaveCount(0);
    for (const path of ["/notices/new", `${address}/edit`]) expect((await organizer.goto(path))?.status()).toBe(403);
  });

  await test.step("once it is deleted it is nowhere", async () => {
    await main.getByRole("button", { name: "삭제", exact: true }).click();
    await page.getByRole("dialog", { name: "이 글을 삭제할까요?" }).getByRole("button", { name: "글 삭제하기" }).click();
    await expect(main.getByRole("status").filter({ hasText: "글을 삭제했어요." })).toBeVisible();
    expect((await stranger.request.get(address)).status()).toBe(404);
    await stranger.goto("/");
    await expect(stranger.getByRole("link", { name: TITLE })).toHaveCount(0);
  });
  await context.close();
});
