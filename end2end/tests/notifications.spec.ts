import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("a required notice waits for a leader among their notifications, who reads it, and turns letters about the team off", async ({ page, someoneElse }) => {
  const main = page.getByRole("main");
  const title = "평가 데이터가 바뀌었어요";

  await test.step("an organizer posts it", async () => {
    const organizer = await someoneElse();
    await signIn(organizer, "organizer");
    await organizer.goto(`${OPEN}/boards/notice/new`);
    const form = organizer.getByRole("main");
    await form.getByLabel("제목").fill(title);
    await form.getByRole("textbox", { name: "내용" }).fill("새 파일을 받아 주세요.");
    await form.getByRole("checkbox", { name: /필수 공지로/ }).check();
    await form.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(organizer.getByRole("heading", { level: 1, name: title })).toBeVisible();
  });

  await test.step("the leader finds it by the menu and follows it", async () => {
    await signIn(page, "garam");
    await page.goto("/");
    await page.getByRole("button", { name: /가람/ }).click();
    await page.getByRole("link", { name: "알림", exact: true }).click();
    await expect(main.getByRole("heading", { level: 1, name: "알림" })).toBeVisible();
    // A worker tells everyone a moment after it was posted.
    await expect(async () => {
      await page.reload();
      await expect(main.getByRole("row").nth(1)).toContainText(title, { timeout: 500 });
    }).toPass();
    await main.getByRole("link", { name: `필수 공지: ${title}` }).click();
    await expect(main.getByRole("heading", { level: 1, name: title })).toBeVisible();
  });

  await test.step("marks all as read", async () => {
    await page.goto("/account/notifications");
    await expect(main.getByText(/읽지 않은 알림 \d+개/)).toBeVisible();
    await main.getByRole("button", { name: "모두 읽음" }).click();
    await expect(main.getByText(/읽지 않은 알림/)).toHaveCount(0);
  });

  await test.step("and turns off what may be turned off", async () => {
    for (const choice of [/^종에 새 알림으로 표시: 필수 공지/, /^메일로도 받기: 필수 공지/]) await expect(main.getByRole("checkbox", { name: choice })).toBeDisabled();
    const marked = main.getByRole("checkbox", { name: /^종에 새 알림으로 표시: 팀 소식/ });
    const mailed = main.getByRole("checkbox", { name: /^메일로도 받기: 팀 소식/ });
    await mailed.uncheck();
    await main.getByRole("button", { name: "저장하기" }).click();
    await expect(main.getByText("알림 설정을 저장했어요.")).toBeVisible();
    await expect(mailed).not.toBeChecked();
    await expect(marked).toBeChecked();
  });
});
