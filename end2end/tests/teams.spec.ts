import { OPEN, SUBMISSION_KEY, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

test("the submission key is hidden until someone asks for it", async ({ page }) => {
  await signIn(page, "saebyeok");
  await page.goto(`${OPEN}/team`);
  await expect(page.getByText("키를 보면 누가 언제 봤는지 기록돼요.")).toBeVisible();
  expect(await page.content()).not.toContain(SUBMISSION_KEY);
  await page.getByRole("button", { name: "제출 키 보기" }).click();
  const key = page.getByRole("textbox", { name: "제출 키" });
  await expect(key).toHaveValue(SUBMISSION_KEY);
  await page.getByRole("button", { name: "가리기" }).click();
  await expect(key).toBeHidden();
});

test("a leader renews the invitation link, and the old one stops working", async ({ page, someoneElse, faults }) => {
  faults.allow(/404/);
  await signIn(page, "yunseul");
  await page.goto(`${OPEN}/team`);
  const make = page.getByRole("button", { name: "초대 링크 만들기" });
  const link = page.getByRole("textbox", { name: "초대 링크" });
  await expect(link.or(make)).toBeVisible();
  if (await make.isVisible()) await make.click();
  await expect(link).toBeVisible();
  const old = await link.inputValue();

  await page.getByRole("region", { name: "초대 링크" }).getByRole("button", { name: "새로 만들기" }).click();
  const dialog = page.getByRole("dialog", { name: "초대 링크를 새로 만들까요?" });
  await expect(dialog).toContainText("지금 링크는 바로 쓸 수 없게 돼요.");
  await dialog.getByRole("button", { name: "새로 만들기" }).click();
  await expect(page.getByText("초대 링크를 새로 만들었어요. 7일 동안 쓸 수 있어요.")).toBeVisible();
  await expect(link).not.toHaveValue(old);

  const guest = await someoneElse();
  expect((await guest.goto(old))?.status()).toBe(404);
  await expect(guest.getByText("쓸 수 없는 초대 링크예요")).toBeVisible();
  await guest.goto(await link.inputValue());
  await expect(guest.getByRole("heading", { level: 1, name: "윤슬 팀에 초대받았어요" })).toBeVisible();
});

test("a leader removes a member after being told what it means", async ({ page }) => {
  await signIn(page, "maru");
  await page.goto(`${OPEN}/team`);
  const members = page.getByRole("table", { name: "팀원 목록" });
  await expect(members.getByRole("rowheader")).toHaveCount(4);
  await expect(page.getByText("4 / 4명 · 정원이 찼어요")).toBeVisible();
  await members.getByRole("button", { name: "차은호 관리" }).click();
  await page.getByRole("button", { name: "팀에서 빼기" }).filter({ visible: true }).click();
  const dialog = page.getByRole("dialog", { name: "차은호님을 팀에서 뺄까요?" });
  await expect(dialog).toContainText("그동안 낸 제출은 팀에 남아요.");
  await dialog.getByRole("button", { name: "팀에서 빼기" }).click();
  await expect(page.getByText("팀원을 팀에서 뺐어요.")).toBeVisible();
  await expect(members.getByRole("rowheader")).toHaveText([/백마루/, /양선우/, /손예나/]);
  await expect(page.getByText("3 / 4명 · 1명 더 들어올 수 있어요")).toBeVisible();
});

test("a member who does not lead sees neither the leader's buttons nor others' menus", async ({ page }) => {
  await signIn(page, "maru-3");
  await page.goto(`${OPEN}/team`);
  await expect(page.getByRole("heading", { level: 1, name: "마루" })).toBeVisible();
  await expect(page.getByRole("button", { name: "이름 바꾸기" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /관리$/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "팀 나가기" }).first()).toBeVisible();
});

test("who has submitted is told that only an organizer can let them go", async ({ page }) => {
  await signIn(page, "maru-2");
  await page.goto(`${OPEN}/team`);
  const leave = page.getByRole("region", { name: "팀 나가기" });
  await expect(leave).toContainText("대회 운영자에게 부탁해 주세요.");
  await expect(leave.getByRole("button")).toHaveCount(0);
});

test("everyone sees public names, an organizer the real ones and what can be put right", async ({ page, someoneElse }) => {
  const visitor = await someoneElse();
  await visitor.goto(`${OPEN}/teams/101`);
  await expect(visitor.getByText("서준", { exact: true })).toBeVisible();
  await expect(visitor.getByText("이서준")).toHaveCount(0);
  expect(await visitor.content(), "nor in what the browser is sent and does not show").not.toContain("이서준");
  await visitor.goto(`${OPEN}/leaderboard`);
  await expect(visitor.getByRole("table").getByRole("row", { name: /가람/ })).toBeVisible();
  expect(await visitor.content()).not.toContain("이서준");
  await signIn(page, "organizer");
  await page.goto(`${OPEN}/teams/101`);
  await expect(page.getByRole("heading", { name: "운영자만 보는 팀 정보" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: /이서준/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "이서준 관리" })).toBeVisible();
});
