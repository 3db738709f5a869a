import { SUBMISSION_KEY, email, signIn, submission } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("a token is shown once, submits from a notebook, and stops working when it is revoked", async ({ page, request }) => {
  await signIn(page, "naru");
  await page.goto("/account/tokens");
  await page.getByRole("textbox", { name: "이름", exact: true }).fill("연구실 노트북");
  await page.getByLabel("기간").selectOption({ label: "30일" });
  await page.getByRole("button", { name: "토큰 만들기" }).click();
  await expect(page.getByRole("status")).toContainText("지금만 볼 수 있어요.");
  const secret = await page.getByRole("status").getByText(/^mdg_/).innerText();

  /** `curl --user "email:token" -X POST -F "files=@answer.csv" "…/api/direct-report/102?password=KEY"` */
  const report = () =>
    request.post(`/api/direct-report/102?password=${SUBMISSION_KEY}`, {
      headers: { Authorization: `Basic ${Buffer.from(`${email("naru")}:${secret}`).toString("base64")}` },
      multipart: { files: { name: "answer.csv", mimeType: "text/csv", buffer: Buffer.from(submission("boosting.csv")) } },
    });
  const accepted = await report();
  expect(accepted.status(), await accepted.text()).toBe(201);
  expect(await accepted.json()).toMatchObject({ submission: { file_name: "answer.csv" }, quota: { limit: 10 } });

  await page.reload();
  const row = page.getByRole("table", { name: "내 토큰" }).getByRole("row", { name: /연구실 노트북/ });
  await expect(row).toBeVisible();
  await expect(row).not.toContainText("쓴 적 없음");
  await expect(page.getByText(secret), "it is never shown again").toHaveCount(0);

  await row.getByRole("button", { name: "삭제" }).click();
  const dialog = page.getByRole("dialog", { name: "‘연구실 노트북’ 토큰을 삭제할까요?" });
  await dialog.getByRole("button", { name: "토큰 삭제하기" }).click();
  await expect(page.getByText("토큰을 삭제했어요.")).toBeVisible();
  await expect(row).toHaveCount(0);
  const refused = await report();
  expect(refused.status()).toBe(401);
  expect(await refused.json()).toMatchObject({ error: { code: "bad_credentials" } });
});

test("the account page shows who one is and leads to one's teams", async ({ page }) => {
  await signIn(page, "naru");
  await page.goto("/account");
  await expect(page.getByText(email("naru"))).toBeVisible();
  await page.getByRole("table", { name: "내 대회" }).getByRole("link", { name: /나루/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "나루" })).toBeVisible();
});
