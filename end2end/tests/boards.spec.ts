import { OPEN, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

const BODY = `점검 시간을 알려 드립니다.

| 날짜 | 시각 |
|---|---|
| 11월 30일 | 02:00–03:00 |

\`\`\`python
print("마당")
\`\`\`

평균은 $\\bar{x} = \\frac{1}{n}\\sum_i x_i$ 로 계산합니다.
`;

test("an organizer's notice reaches an open page at once, and can be changed, pinned and removed", async ({ page, someoneElse }) => {
  const reader = await someoneElse();
  await reader.goto(`${OPEN}/leaderboard`);
  await expect(reader.getByText("실시간", { exact: false }).first(), "the page is connected").toBeVisible();
  await expect(reader.getByRole("button", { name: "실시간 갱신 멈추기" })).toBeVisible();

  await signIn(page, "organizer");
  const main = page.getByRole("main");

  await test.step("write it with a preview", async () => {
    await page.goto(`${OPEN}/boards/notice`);
    await main.getByRole("link", { name: "글쓰기" }).click();
    await main.getByLabel("제목").fill("새벽 점검 안내");
    await main.getByRole("textbox", { name: "내용" }).fill(BODY);
    await main.getByRole("button", { name: "미리 보기" }).click();
    await expect(main.getByRole("table")).toContainText("02:00–03:00");
    await expect(main.getByText('print("마당")')).toBeVisible();
    await expect(main.getByRole("math")).toBeVisible();
    await main.getByRole("button", { name: "쓰기", exact: true }).click();
    await expect(main.getByRole("textbox", { name: "내용" })).toHaveValue(BODY);
    await main.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(main.getByRole("heading", { level: 1, name: "새벽 점검 안내" })).toBeVisible();
    await expect(main.getByRole("status").filter({ hasText: "글을 올렸어요." })).toBeVisible();
    await expect(main.getByRole("table")).toContainText("02:00–03:00");
    await expect(main.getByRole("math")).toBeVisible();
  });

  await test.step("a reader hears of it without loading the page again, and opens it", async () => {
    const toast = reader.getByRole("link", { name: "새벽 점검 안내" });
    await expect(toast).toBeVisible();
    await expect(reader.getByRole("status").filter({ hasText: "새 공지: 새벽 점검 안내" })).toBeAttached();
    await toast.click();
    await expect(reader.getByRole("heading", { level: 1, name: "새벽 점검 안내" })).toBeVisible();
    await expect(reader.getByRole("link", { name: "수정", exact: true }), "only organizers may change it").toHaveCount(0);
  });

  await test.step("change it", async () => {
    await main.getByRole("link", { name: "수정", exact: true }).click();
    await main.getByLabel("제목").fill("새벽 점검 안내(시각 변경)");
    await main.getByRole("button", { name: "수정한 내용 올리기" }).click();
    await expect(main.getByRole("heading", { level: 1, name: "새벽 점검 안내(시각 변경)" })).toBeVisible();
    await expect(main.getByText("수정됨", { exact: true })).toBeVisible();
  });

  await test.step("pin it to the top of the list", async () => {
    await main.getByRole("button", { name: "고정하기" }).click();
    await expect(main.getByText("고정 공지", { exact: true }).first()).toBeVisible();
    await reader.goto(`${OPEN}/boards/notice`);
    const row = reader.getByRole("table", { name: "공지사항 목록" }).getByRole("row", { name: /새벽 점검 안내\(시각 변경\)/ });
    await expect(row.first()).toContainText("공지");
    await main.getByRole("button", { name: "고정 풀기" }).click();
    await expect(main.getByRole("button", { name: "고정하기" })).toBeVisible();
  });

  await test.step("remove it, after being told the consequence", async () => {
    const address = page.url();
    await main.getByRole("button", { name: "삭제", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "이 글을 삭제할까요?" });
    await dialog.getByRole("button", { name: "그대로 두기" }).click();
    await expect(dialog).toBeHidden();
    await main.getByRole("button", { name: "삭제", exact: true }).click();
    await dialog.getByRole("button", { name: "글 삭제하기" }).click();
    await expect(main.getByRole("status").filter({ hasText: "글을 삭제했어요." })).toBeVisible();
    await expect(main.getByRole("table")).not.toContainText("시각 변경");
    expect((await page.request.get(address)).status()).toBe(404);
  });
});

test("a required notice is marked and stays on top", async ({ page }) => {
  await page.goto(`${OPEN}/boards/notice`);
  const first = page.getByRole("table", { name: "공지사항 목록" }).getByRole("row").nth(1);
  await expect(first).toContainText("필수");
  await first.getByRole("link").click();
  await expect(page.getByText("필수 공지", { exact: true })).toBeVisible();
});

test("notices can be searched", async ({ page }) => {
  await page.goto(`${OPEN}/boards/notice`);
  await page.getByRole("searchbox", { name: "제목과 내용에서 찾기" }).fill("인코딩");
  await page.getByRole("button", { name: "찾기" }).click();
  await expect(page.getByRole("link", { name: "제출 파일의 인코딩은 UTF-8입니다" })).toBeVisible();
});

test("a participant is told that only organizers may write notices", async ({ page, faults }) => {
  faults.allow(/403/);
  await signIn(page, "garam");
  const answer = await page.goto(`${OPEN}/boards/notice/new`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("이 대회의 운영자만 할 수 있어요.")).toBeVisible();
});
