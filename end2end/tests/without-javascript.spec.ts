import { CLOSED, OPEN, PASSWORD, spoiled, submission, email } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test.use({ javaScriptEnabled: false });

test("a visitor reads competitions, a leaderboard and a notice without JavaScript", async ({ page, request }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: /유방암 진단 AI 경진대회 2026/ }).first()).toBeVisible();

  await page.goto(`${OPEN}/leaderboard`);
  const row = page.getByRole("table").getByRole("row", { name: /나루/ });
  await expect(row).toBeVisible();
  await expect(row).toContainText(/0\.\d{5}/);
  const html = await (await request.get(`${OPEN}/leaderboard`)).text();
  for (const team of ["가람", "나루", "윤슬"]) expect(html, "the rows are in what the server sends").toContain(team);

  await page.goto(`${CLOSED}/leaderboard?board=private`);
  await expect(page.getByRole("table").getByRole("row", { name: /라온/ })).toBeVisible();

  await page.goto(`${OPEN}/boards/notice`);
  await page.getByRole("table").getByRole("link", { name: "리더보드의 동점 처리 방식" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "리더보드의 동점 처리 방식" })).toBeVisible();
});

test("signing in, switching language and theme, and signing out work without JavaScript", async ({ page }) => {
  const root = page.locator("html");

  await page.goto("/login");
  await page.getByLabel("메일 주소").fill(email("naru"));
  await page.getByLabel("비밀번호").fill("not-the-password-1");
  await page.getByRole("button", { name: "로그인하기" }).click();
  await expect(page.getByRole("alert")).toContainText("로그인하지 못했어요.");
  await expect(page.getByLabel("메일 주소")).toHaveValue(email("naru"));
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByRole("button", { name: "로그인하기" }).click();
  await expect(page.getByRole("button", { name: "최나루님의 메뉴" })).toBeVisible();

  await page.goto(`${OPEN}/rules`);
  await page.getByRole("banner").getByRole("button", { name: "English" }).click();
  await expect(root).toHaveAttribute("lang", "en");
  expect(new URL(page.url()).pathname, "the reader stays on the page").toBe(`${OPEN}/rules`);

  await page.getByRole("button", { name: "Appearance" }).click();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(root).toHaveAttribute("data-theme", "dark");

  await page.getByRole("button", { name: "Menu of 최나루" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: "Log in" })).toBeVisible();
});

test("a file is submitted without JavaScript, and a wrong one comes back with its lines", async ({ page }) => {
  await page.goto(`/login?next=${OPEN}/submit`);
  await page.getByLabel("메일 주소").fill(email("neoul"));
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByRole("button", { name: "로그인하기" }).click();

  const choose = page.getByLabel("파일 고르기");
  await page.getByLabel("메모").fill("k-최근접 이웃");
  await page.getByRole("switch", { name: "시험 제출" }).check();
  await choose.setInputFiles({ name: "wrong.csv", mimeType: "text/csv", buffer: Buffer.from(spoiled("knn.csv").text) });
  await page.getByRole("button", { name: "제출하기" }).click();
  await expect(page.getByRole("alert")).toContainText("파일에 고칠 곳이");
  await expect(page.getByLabel("메모"), "what was typed is still there").toHaveValue("k-최근접 이웃");
  await expect(page.getByRole("switch", { name: "시험 제출" })).toBeChecked();
  await expect(page.getByRole("table", { name: "파일에서 찾은 오류" }).getByRole("row", { name: /43/ })).toContainText("1.2");

  await page.getByRole("switch", { name: "시험 제출" }).uncheck();
  await choose.setInputFiles({ name: "knn.csv", mimeType: "text/csv", buffer: Buffer.from(submission("knn.csv")) });
  await page.getByRole("button", { name: "제출하기" }).click();
  await expect(page).toHaveURL(/\/submissions\/[0-9a-f-]+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("번 제출");
});
