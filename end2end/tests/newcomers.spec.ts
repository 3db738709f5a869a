import type { Page } from "@playwright/test";

import { OPEN, ROWS, submission } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

/** Fills the form of someone who has no account. */
async function signUp(page: Page, name: string, address: string): Promise<void> {
  await page.getByLabel("메일 주소").fill(address);
  await page.getByRole("textbox", { name: "이름", exact: true }).fill(name);
  await page.getByLabel("소속").fill("마당대학교 의과대학");
  await page.getByLabel("비밀번호").fill("pine-lantern-harbour-42");
  await page.getByRole("button", { name: "가입하기" }).click();
}

test("two newcomers sign up, agree to the rules, become a team by the invitation link and stand on the leaderboard", async ({ page, someoneElse }) => {
  const main = page.getByRole("main");

  await test.step("the first one signs up on the way into the competition", async () => {
    await page.goto(OPEN);
    await main.getByRole("link", { name: "로그인하고 참가하기" }).first().click();
    await page.getByRole("main").getByRole("link", { name: "회원가입" }).click();
    await signUp(page, "한새봄", "saebom@example.kr");
    await expect(page.getByRole("button", { name: "한새봄님의 메뉴" })).toBeVisible();
  });

  await test.step("agrees to the rules", async () => {
    await page.goto(`${OPEN}/apply`);
    await expect(main.getByRole("heading", { level: 1, name: "참가 신청" })).toBeVisible();
    const agree = main.getByRole("checkbox", { name: "대회 규칙을 읽었고 동의해요" });
    await main.getByRole("button", { name: "참가하기" }).click();
    await expect(agree, "without agreeing nothing is sent").toBeFocused();
    await agree.check();
    await main.getByRole("button", { name: "참가하기" }).click();
    await expect(main.getByRole("status").filter({ hasText: "참가했어요. 이제 팀을 만들 차례예요." })).toBeVisible();
  });

  await test.step("makes a team, which is too small to submit", async () => {
    await main.getByLabel("팀 이름").fill("봄마중");
    await main.getByRole("button", { name: "팀 만들기" }).click();
    await expect(main.getByRole("heading", { level: 1, name: "봄마중" })).toBeVisible();
    await expect(main.getByText("지금 1명, 1명 더 필요해요")).toBeVisible();
    await page.goto(`${OPEN}/submit`);
    await expect(main.getByRole("heading", { name: "팀원이 모자라 아직 제출할 수 없어요" })).toBeVisible();
    await main.getByRole("link", { name: "팀원 초대하기" }).click();
  });

  const link = await test.step("makes an invitation link", async () => {
    const link = main.getByRole("textbox", { name: "초대 링크" });
    const make = main.getByRole("button", { name: "초대 링크 만들기" });
    await expect(link.or(make)).toBeVisible();
    if (await make.isVisible()) await make.click();
    return link.inputValue();
  });

  const other = await someoneElse();
  await test.step("the second one follows the link, signs up, agrees and enters", async () => {
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1, name: "봄마중 팀에 초대받았어요" })).toBeVisible();
    await other.getByRole("main").getByRole("link", { name: "회원가입" }).click();
    await signUp(other, "유가을", "gaeul@example.kr");
    await other.getByRole("checkbox", { name: "대회 규칙을 읽었고 동의해요" }).check();
    await other.getByRole("button", { name: "동의하고 계속하기" }).click();
    await other.getByRole("button", { name: "팀에 들어가기" }).click();
    await expect(other.getByRole("status").filter({ hasText: "팀에 들어왔어요." })).toBeVisible();
    const members = other.getByRole("table", { name: "팀원 목록" });
    await expect(members.getByRole("rowheader")).toHaveText([/한새봄/, /유가을/]);
    await expect(other.getByText("모든 요건을 갖춰 참가가 확정됐어요.")).toBeVisible();
  });

  await test.step("the second one submits for both", async () => {
    await other.goto(`${OPEN}/submit`);
    await other.getByLabel("파일 고르기").setInputFiles({ name: "svc.csv", mimeType: "text/csv", buffer: Buffer.from(submission("svc.csv")) });
    await expect(other.getByRole("list", { name: "브라우저 검사 결과" })).toContainText(`행 ${ROWS}개`);
    await other.getByLabel("메모").fill("첫 제출");
    await other.getByRole("button", { name: "제출하기" }).click();
    await expect(other.getByRole("heading", { name: "1번 제출의 채점이 끝났어요" })).toBeVisible();
    await expect(other.getByText("0.93494").first()).toBeVisible();
    await expect(other.getByText("우리 팀의 첫 점수예요")).toBeVisible();
  });

  await test.step("both see their team on the leaderboard", async () => {
    await other.getByRole("link", { name: "리더보드 보기" }).click();
    for (const reader of [page, other]) {
      await reader.goto(`${OPEN}/leaderboard`);
      const row = reader.getByRole("table").getByRole("row", { name: /봄마중/ });
      await expect(row).toContainText("우리 팀");
      await expect(row.getByRole("cell", { name: "0.93494" })).toBeVisible();
    }
  });
});

test("a newcomer's mistakes are said at the fields, and nothing but the password has to be typed again", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("메일 주소").fill("garam@madang.test");
  await page.getByRole("textbox", { name: "이름", exact: true }).fill("두번째");
  await page.getByLabel("비밀번호").fill("짧아요");
  await page.getByRole("button", { name: "가입하기" }).click();
  const password = page.getByLabel("비밀번호");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveAccessibleDescription(/12자/);
  await expect(password).toHaveValue("");
  await expect(page.getByLabel("메일 주소")).toHaveValue("garam@madang.test");
  await password.fill("pine-lantern-harbour-42");
  await page.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByLabel("메일 주소")).toHaveAccessibleDescription(/^이미 가입한 메일 주소예요/);
});
