import { rm, writeFile } from "node:fs/promises";

import type { Page, Route } from "@playwright/test";

import { OPEN, ROWS, drop, email, PASSWORD, signIn, spoiled, submission, submitAsProgram } from "../support/demo.ts";
import { rewrite } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

const SUBMIT = `${OPEN}/submit`;

/** Counts what the page sends, apart from reading. */
function sent(page: Page): () => string[] {
  const seen: string[] = [];
  page.on("request", request => {
    if (request.method() !== "GET") seen.push(`${request.method()} ${request.url()}`);
  });
  return () => seen;
}

test("a wrong file is refused in the browser with its lines, a right one is scored, and an open leaderboard changes by itself", async ({ page, someoneElse }) => {
  const visitor = await someoneElse();
  await visitor.goto(`${OPEN}/leaderboard`);
  const row = visitor.getByRole("table").getByRole("row", { name: /가람/ });
  await expect(row.getByRole("cell", { name: "0.92193" })).toBeVisible();
  await expect(visitor.getByRole("button", { name: "실시간 갱신 멈추기" }), "the leaderboard is connected").toBeVisible();
  const visits: string[] = [];
  visitor.on("framenavigated", frame => visits.push(frame.url()));
  // A mark that a page loaded anew would not have.
  await visitor.evaluate(() => {
    document.documentElement.setAttribute("data-same-document", "");
  });

  await test.step("sign in", async () => {
    await page.goto("/login?next=/competitions/breast-cancer/submit");
    await page.getByLabel("메일 주소").fill(email("garam"));
    await page.getByLabel("비밀번호").fill(PASSWORD);
    await page.getByRole("button", { name: "로그인하기" }).click();
    await expect(page).toHaveURL(SUBMIT);
    await expect(page.getByRole("heading", { level: 1, name: "제출" })).toBeVisible();
  });

  const requests = sent(page);
  const send = page.getByRole("button", { name: "제출하기" });
  await test.step("drop a file with three mistakes: nothing is sent", async () => {
    const { text, missing, twice } = spoiled("mlp.csv");
    const table = page.getByRole("table", { name: "파일에서 찾은 오류" });
    await expect(async () => {
      await drop(page, "answer.csv", text);
      await expect(table).toBeVisible({ timeout: 2_000 });
    }, "the page takes files once it is awake").toPass();
    await expect(page.getByText("이 파일은 아직 제출할 수 없어요. 고칠 곳이 3건 있어요.")).toBeVisible();
    await expect(table.getByRole("row", { name: /^43 / })).toContainText("1.2");
    await expect(table.getByRole("row", { name: /^200 / })).toContainText(twice);
    await expect(table).toContainText(missing);
    await expect(send).toBeDisabled();
    expect(requests()).toEqual([]);
  });

  await test.step("the list of mistakes can be kept", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "오류 목록 받기 (CSV)" }).click();
    expect((await download).suggestedFilename()).toBe("오류 목록.csv");
  });

  await test.step("drop the right one: it is checked, and still nothing is sent", async () => {
    await drop(page, "mlp.csv", submission("mlp.csv"));
    await expect(page.getByRole("list", { name: "브라우저 검사 결과" }).getByRole("listitem")).toHaveText([
      /열 2개.*id, malignant/,
      new RegExp(`행 ${ROWS}개`),
      /id 모두 일치/,
      /값 0–1 사이/,
    ]);
    await expect(page.getByRole("table", { name: "파일에서 찾은 오류" })).toHaveCount(0);
    expect(requests()).toEqual([]);
  });

  await test.step("submit it and watch the steps to the score", async () => {
    await expect(send).toHaveText(/10회 남음/);
    await page.getByLabel("메모").fill("다층 신경망");
    await send.click();
    const progress = page.getByRole("list", { name: "제출 진행" });
    await expect(progress.getByRole("listitem")).toHaveText([/업로드/, /대기/, /채점/, /완료/]);
    await expect(page.getByRole("heading", { name: /번 제출의 채점이 끝났어요/ })).toBeVisible();
    await expect(page.getByText("우리 팀의 새 최고 점수예요 (+0.02277)")).toBeVisible();
    expect(requests()).toHaveLength(1);
    await expect(send).toHaveText(/9회 남음/);
    await expect(page.getByRole("meter", { name: "오늘 제출 한도" })).toHaveAttribute("aria-valuetext", "10회 중 1회 사용, 9회 남음");
    await expect(page.getByRole("table", { name: "우리 팀의 최근 제출" }).getByRole("row").nth(1)).toContainText("다층 신경망");
  });

  await test.step("the visitor's leaderboard has changed without being loaded again", async () => {
    await expect(row.getByRole("cell", { name: "0.94470" })).toBeVisible();
    await expect(visitor.locator("html")).toHaveAttribute("data-same-document", "");
    expect(visits).toEqual([]);
  });
});

test("a dry run passes with a log and leaves the quota alone", async ({ page }) => {
  await signIn(page, "mirinae");
  await page.goto(SUBMIT);
  const quota = page.getByRole("meter", { name: "오늘 제출 한도" });
  await expect(quota).toHaveAttribute("aria-valuenow", "0");
  await page.getByLabel("파일 고르기").setInputFiles({ name: "forest.csv", mimeType: "text/csv", buffer: Buffer.from(submission("forest.csv")) });
  await expect(page.getByRole("list", { name: "브라우저 검사 결과" })).toBeVisible();
  await page.getByRole("switch", { name: "시험 제출" }).check();
  await page.getByRole("button", { name: "시험 제출하기" }).click();
  await expect(page.getByRole("heading", { name: "시험 제출을 통과했어요" })).toBeVisible();
  await expect(page.getByText(/고칠 곳이 없/).first()).toBeVisible();
  await expect(page.getByRole("table", { name: "우리 팀의 최근 제출" }).getByRole("row").nth(1)).toContainText("시험");
  await expect(quota).toHaveAttribute("aria-valuenow", "0");

  await page.getByRole("link", { name: "제출 자세히 보기" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /시험 제출/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "채점 기록" })).toContainText(new RegExp(`${ROWS}행.*고칠 곳이 없`));
  await expect(page.getByText("쓰지 않음")).toBeVisible();
});

test("with the quota used up the button is disabled and says when it resets; a dry run is still possible", async ({ page, request }) => {
  for (let n = 0; n < 10; n += 1) await submitAsProgram(request, "dasom", "tree.csv");
  await signIn(page, "dasom");
  await page.goto(SUBMIT);
  const send = page.getByRole("button", { name: /^제출하기/ });
  await expect(send).toBeDisabled();
  await expect(send).toHaveText(/0회 남음/);
  await expect(send).toHaveAccessibleDescription("오늘 한도 10회를 다 썼어요. 00:00 KST부터 다시 제출할 수 있어요. 시험 제출은 지금도 할 수 있어요.");
  await expect(page.getByText("오늘은 다 썼어요")).toBeVisible();
  await expect(page.getByText(/00:00 KST 초기화 \(.+ 후\)/).filter({ visible: true }).first()).toBeVisible();
  await page.getByRole("switch", { name: "시험 제출" }).check();
  await expect(page.getByRole("button", { name: "시험 제출하기" })).toBeEnabled();

  await test.step("left open over midnight, the page can be used again by itself", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const quota = { used: 0, limit: 10, left: 10, resets_at: tomorrow, next_allowed_at: null, total: { used: 10, limit: 200 } };
    await page.route("**/api/v1/**/quota", route => route.fulfill({ json: quota }));
    await rewrite(page, `**${SUBMIT}`, html => html.replace(/(resets_at&quot;:)\d+/, (_, key: string) => `${key}${Date.now() + 5_000}`));
    await page.reload();
    await expect(send).toBeDisabled();
    await expect(send).toBeEnabled({ timeout: 20_000 });
    await expect(send).toContainText("10회 남음");
  });
});

test("a submission that loses the network can be sent again and is taken only once", async ({ page, context, faults }) => {
  faults.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK/);
  await signIn(page, "yunseul");
  await page.goto(SUBMIT);
  await page.getByLabel("파일 고르기").setInputFiles({ name: "knn.csv", mimeType: "text/csv", buffer: Buffer.from(submission("knn.csv")) });
  await expect(page.getByRole("list", { name: "브라우저 검사 결과" })).toBeVisible();
  const before = await page.getByRole("meter", { name: "오늘 제출 한도" }).getAttribute("aria-valuenow");
  await context.setOffline(true);
  await page.getByRole("button", { name: /^제출하기/ }).click();
  await expect(page.getByRole("alert")).toContainText("서버에 닿지 못했어요.");
  await context.setOffline(false);
  await page.getByRole("button", { name: "다시 보내기" }).click();
  await expect(page.getByRole("heading", { name: /번 제출의 채점이 끝났어요/ })).toBeVisible();
  await expect(page.getByRole("meter", { name: "오늘 제출 한도" })).toHaveAttribute("aria-valuenow", String(Number(before) + 1));
});

test("a file that was changed or moved after it was chosen, and a proxy that refuses it, are each told as what they are", async ({ page, faults }, info) => {
  faults.allow(/413|ERR_UPLOAD_FILE_CHANGED|ERR_FILE_NOT_FOUND/);
  await signIn(page, "onsaemi");
  await page.goto(SUBMIT);
  const path = info.outputPath("answer.csv");
  await writeFile(path, submission("knn.csv"));
  const choose = page.getByLabel("파일 고르기");
  const checked = page.getByRole("list", { name: "브라우저 검사 결과" });
  const send = page.getByRole("button", { name: /^제출하기/ });
  await choose.setInputFiles(path);
  await expect(checked).toBeVisible();

  await test.step("moved on disk, which the browser tells like a change", async () => {
    await rm(path);
    await send.click();
    await expect(page.getByRole("alert")).toContainText("고른 뒤에 파일이 바뀌었거나");
    await expect(page.getByRole("button", { name: "다시 보내기" })).toHaveCount(0);
    await expect(checked, "it has to be chosen again").toHaveCount(0);
  });

  await test.step("too large for a proxy", async () => {
    await writeFile(path, submission("knn.csv"));
    await choose.setInputFiles(path);
    await expect(checked).toBeVisible();
    const refuse = (route: Route): Promise<void> => route.fulfill({ status: 413, contentType: "text/html", body: "<html><h1>413</h1></html>" });
    await page.route("**/api/v1/**/submissions", refuse);
    await send.click();
    await expect(page.getByRole("alert")).toContainText("중간 장치(프록시)가 파일이 크다며");
    await expect(page.getByRole("button", { name: "다시 보내기" })).toHaveCount(0);
    await expect(checked, "the file is still there").toBeVisible();
    await page.unroute("**/api/v1/**/submissions", refuse);
  });
});

test("a file that was only tried can be submitted in earnest with one click", async ({ page }) => {
  await signIn(page, "onsaemi");
  await page.goto(SUBMIT);
  await page.getByLabel("파일 고르기").setInputFiles({ name: "tree.csv", mimeType: "text/csv", buffer: Buffer.from(submission("tree.csv")) });
  await expect(page.getByRole("list", { name: "브라우저 검사 결과" })).toBeVisible();
  await page.getByRole("textbox", { name: /메모/ }).fill("깊이 3");
  await page.getByRole("switch", { name: /시험 제출/ }).check();
  await page.getByRole("button", { name: "시험 제출하기" }).click();
  await expect(page.getByRole("heading", { name: "시험 제출을 통과했어요" })).toBeVisible();
  await expect(page.getByRole("list", { name: "브라우저 검사 결과" }), "the file is still chosen").toBeVisible();
  await page.getByRole("button", { name: "이 파일 제출하기" }).click();
  await expect(page.getByRole("heading", { name: /번 제출의 채점이 끝났어요/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "우리 팀의 최근 제출" }).getByRole("row").nth(1)).toContainText("깊이 3");
});

test("everything from signing in to the score works with the keyboard alone", async ({ page }) => {
  /** Moves on until something has the focus. */
  const tabTo = async (role: "textbox" | "button" | "link" | "switch", name: string | RegExp): Promise<void> => {
    const wanted = page.getByRole(role, { name });
    for (let n = 0; n < 60; n += 1) {
      await page.keyboard.press("Tab");
      if (await wanted.evaluateAll(all => all.some(element => element === document.activeElement))) return;
    }
    throw new Error(`the keyboard did not reach ${String(name)}`);
  };

  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "본문 바로가기" })).toBeFocused();
  await tabTo("link", "로그인");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "로그인" })).toBeVisible();
  await tabTo("textbox", "메일 주소");
  await page.keyboard.type(email("onsaemi"));
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "류온유님의 메뉴" })).toBeVisible();

  await page.goto(OPEN);
  await tabTo("link", "제출하기");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(SUBMIT);
  const choose = page.getByLabel("파일 고르기");
  await expect(choose).toBeAttached();
  for (let n = 0; n < 60 && !(await choose.evaluate(element => element === document.activeElement)); n += 1) await page.keyboard.press("Tab");
  await expect(choose).toBeFocused();
  // The system's own window cannot be driven; what it hands over can.
  await choose.setInputFiles({ name: "logistic.csv", mimeType: "text/csv", buffer: Buffer.from(submission("logistic.csv")) });
  await expect(page.getByRole("list", { name: "브라우저 검사 결과" })).toBeVisible();
  await tabTo("textbox", /메모/);
  await page.keyboard.type("키보드로");
  await tabTo("button", /^제출하기/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /번 제출의 채점이 끝났어요/ })).toBeVisible();
});
