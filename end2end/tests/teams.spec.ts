import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { OPEN, SUBMISSION_KEY, signIn } from "../support/demo.ts";
import { expect, test } from "../support/test.ts";

/** Somebody new who takes part in the open competition. */
async function participant(page: Page, name: string, address: string): Promise<void> {
  const send = async (path: string, form: Record<string, string>): Promise<void> => {
    const answer = await page.request.post(`/api/fn/${path}`, { form, maxRedirects: 0 });
    expect(answer.status(), path).toBeLessThan(400);
  };
  await send("sign_up", { email: address, name, affiliation: "마당대학교", password: "pine-lantern-harbour-42", next: "/" });
  await send("join", { slug: "breast-cancer", agree: "on" });
}

/** The same with a team of their own, and its number. */
async function leader(page: Page, name: string, address: string, team: string): Promise<string> {
  await participant(page, name, address);
  await page.goto(`${OPEN}/team`);
  await page.getByLabel("팀 이름").fill(team);
  await page.getByRole("button", { name: "팀 만들기" }).click();
  await expect(page.getByRole("heading", { level: 1, name: team })).toBeVisible();
  const number = await page.getByRole("img", { name: /^팀 번호/ }).getAttribute("aria-label");
  return (number ?? "").replaceAll(/\D/g, "");
}

/** The link of the letter to an address, once it was sent. */
async function linkTo(folder: string, address: string): Promise<string> {
  let link = "";
  await expect
    .poll(async () => {
      const mail = join(folder, "data/mail");
      const names = await readdir(mail).catch(() => []);
      const letters = await Promise.all(names.filter(name => name.endsWith(".eml")).map(name => readFile(join(mail, name), "utf8")));
      const letter = letters.find(text => text.includes(`To: ${address}`) || text.includes(`To: <${address}>`));
      // Of the plain part: base64 lines until the part ends.
      const [, encoded = ""] = /text\/plain[^]*?base64\r?\n\r?\n([^-]*)/.exec(letter ?? "") ?? [];
      const plain = encoded === "" ? (letter ?? "").replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=") : Buffer.from(encoded, "base64").toString("utf8");
      link = /https?:\/\/\S+\?key=[a-z0-9]+/.exec(plain)?.[0] ?? "";
      return link;
    })
    .not.toBe("");
  return link;
}

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
  await expect(page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader", { name: /이서준/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "팀원 이력" }).getByRole("row", { name: /이서준/ })).toContainText("지금 팀원");
  await expect(page.getByRole("button", { name: "이서준 관리" })).toBeVisible();
});

test("a leader invites by mail, and whoever has the letter enters once by a button", async ({ page, someoneElse, faults, madang }) => {
  await leader(page, "문가온", "gaon@example.kr", "가온누리");
  const card = page.getByRole("region", { name: "메일로 초대" });
  await card.getByLabel("메일 주소").fill("saeron@example.kr");
  await card.getByRole("button", { name: "초대 메일 보내기" }).click();
  await expect(page.getByText("초대 메일을 보낼게요.", { exact: false })).toBeVisible();
  await expect(card.getByRole("list", { name: "기다리는 초대" })).toContainText("saeron@example.kr");
  await card.getByLabel("메일 주소").fill("nobody@example.kr");
  await card.getByRole("button", { name: "초대 메일 보내기" }).click();
  await card.getByRole("button", { name: "nobody@example.kr 초대 거두기" }).click();
  await expect(page.getByText("초대를 거뒀어요.", { exact: false })).toBeVisible();
  await expect(card.getByRole("listitem")).toHaveCount(1);
  const link = await linkTo(madang.folder, "saeron@example.kr");

  const guest = await someoneElse();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { level: 1, name: "가온누리 팀에 초대받았어요" })).toBeVisible();
  await participant(guest, "한새론", "other-address@example.kr");
  await guest.goto(link);
  await guest.getByRole("button", { name: "팀에 들어가기" }).click();
  await expect(guest.getByText("팀에 들어왔어요.")).toBeVisible();
  faults.allow(/status of 410/);
  const late = await someoneElse();
  expect((await late.goto(link))?.status()).toBe(410);
  await expect(late.getByText("이미 쓴 초대예요")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader")).toHaveText([/문가온/, /한새론/]);
  await expect(card.getByRole("list")).toHaveCount(0);
});

test("somebody without a team asks one, whose leader lets them in", async ({ page, someoneElse }) => {
  const number = await leader(page, "오라온", "raon@example.kr", "라온하제");
  const one = await someoneElse();
  await participant(one, "민서연", "asks@example.kr");
  await one.goto(`${OPEN}/teams/${number}`);
  await one.getByLabel("메시지", { exact: false }).fill("영상 판독을 해 봤어요. 함께하고 싶어요.");
  await one.getByRole("button", { name: "합류 요청하기" }).click();
  await expect(one.getByText("합류 요청을 보냈어요.")).toBeVisible();
  await expect(one.getByRole("button", { name: "라온하제 팀에 보낸 합류 요청 거두기" })).toBeVisible();
  await one.goto(`${OPEN}/team`);
  await expect(one.getByRole("list", { name: "내가 보낸 합류 요청" })).toContainText("라온하제");

  const other = await someoneElse();
  await participant(other, "강이룬", "refused@example.kr");
  await other.goto(`${OPEN}/teams/${number}`);
  await other.getByRole("button", { name: "합류 요청하기" }).click();
  await expect(other.getByText("합류 요청을 보냈어요.")).toBeVisible();

  await page.goto(`${OPEN}/team`);
  const requests = page.getByRole("region", { name: "합류 요청" });
  await expect(requests).toContainText("2건");
  await expect(requests).toContainText("영상 판독을 해 봤어요. 함께하고 싶어요.");
  await requests.getByRole("button", { name: "강이룬님의 합류 요청 거절하기" }).click();
  await expect(page.getByText("합류 요청에 답했어요.")).toBeVisible();
  await requests.getByRole("button", { name: "민서연님의 합류 요청 받아들이기" }).click();
  await expect(page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader")).toHaveText([/오라온/, /민서연/]);
  await expect(requests).toHaveCount(0);
  await one.goto(`${OPEN}/team`);
  await expect(one.getByRole("heading", { level: 1, name: "라온하제" })).toBeVisible();
  await other.goto(`${OPEN}/teams/${number}`);
  await expect(other.getByText("이 팀은 합류 요청을 거절했어요.")).toBeVisible();
});

test("one leader offers to merge, the other accepts, and the two teams are one", async ({ page, someoneElse }) => {
  const stays = await leader(page, "하늘찬", "stays@example.kr", "하늘찬솔");
  const other = await someoneElse();
  const ends = await leader(other, "서솔빛", "ends@example.kr", "솔빛나래");
  const card = other.getByRole("region", { name: "팀 병합" });
  await card.getByLabel("합칠 팀 번호").fill("99999");
  await card.getByRole("button", { name: "병합 제안하기" }).click();
  await expect(card.getByText("그 번호의 다른 팀이 없거나", { exact: false })).toBeVisible();
  await card.getByLabel("합칠 팀 번호").fill(stays);
  await card.getByRole("button", { name: "병합 제안하기" }).click();
  await expect(other.getByText("병합을 제안했어요.", { exact: false })).toBeVisible();
  await expect(card.getByRole("list", { name: "우리가 보낸 제안" })).toContainText("하늘찬솔");

  await page.reload();
  const offers = page.getByRole("region", { name: "병합 제안" });
  await expect(offers).toContainText("솔빛나래");
  await offers.getByRole("button", { name: "받아들이기" }).first().click();
  const dialog = page.getByRole("dialog", { name: "솔빛나래 팀과 합칠까요?" });
  await expect(dialog).toContainText("되돌릴 수 없어요.");
  await dialog.getByRole("button", { name: "받아들이기" }).click();
  await expect(page.getByText("병합 제안에 답했어요.")).toBeVisible();
  await expect(page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader")).toHaveText([/하늘찬/, /서솔빛/]);
  await other.goto(`${OPEN}/team`);
  await expect(other.getByRole("heading", { level: 1, name: "하늘찬솔" })).toBeVisible();
  await page.goto(`${OPEN}/teams/${ends}`);
  await expect(page.getByText("병합됨")).toBeVisible();
});

test("without a script a leader invites, answers and merges", async ({ browser, madang }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const page = await context.newPage();
  const number = await leader(page, "고요한", "yohan@example.kr", "고요한밤");
  const card = page.getByRole("region", { name: "메일로 초대" });
  await card.getByLabel("메일 주소").fill("quiet@example.kr");
  await card.getByRole("button", { name: "초대 메일 보내기" }).click();
  await expect(card.getByRole("list", { name: "기다리는 초대" })).toContainText("quiet@example.kr");
  const second = await browser.newContext({ javaScriptEnabled: false, baseURL: madang.url });
  const guest = await second.newPage();
  await participant(guest, "봄소리", "spring@example.kr");
  await guest.goto(`${OPEN}/teams/${number}`);
  await guest.getByRole("button", { name: "합류 요청하기" }).click();
  await expect(guest.getByText("합류 요청을 보냈어요.")).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "봄소리님의 합류 요청 받아들이기" }).click();
  await expect(page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader")).toHaveText([/고요한/, /봄소리/]);
  await second.close();
  await context.close();
});
