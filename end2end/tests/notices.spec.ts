// Notices: three people at once, and one that waits for its moment.
import type { Page } from "@playwright/test";

import { OPEN, signIn } from "../support/demo.ts";
import { lettersTo, linkTo } from "../support/mail.ts";
import { expect, test } from "../support/test.ts";

const TITLE = "평가 방식이 한 곳 달라졌어요";

async function send(page: Page, path: string, form: Record<string, string>): Promise<void> {
  const answer = await page.request.post(`/api/fn/${path}`, { form, maxRedirects: 0 });
  expect(answer.status(), path).toBeLessThan(400);
}

/** Somebody with an address that is theirs, who leads a team in the open competition. */
async function leader(page: Page, folder: string, name: string, email: string, team: string): Promise<void> {
  await send(page, "sign_up", { email, name, affiliation: "마당대학교", password: "pine-lantern-harbour-42", next: "/" });
  await page.goto(await linkTo(folder, email, "/verify"));
  await page.getByRole("button", { name: "내 주소로 확인하기" }).click();
  await expect(page.getByText("메일 주소를 확인했어요.")).toBeVisible();
  await send(page, "join", { slug: "breast-cancer", agree: "on" });
  await send(page, "create_team", { slug: "breast-cancer", name: team });
}

async function notice(page: Page, title: string): Promise<void> {
  await page.goto(`${OPEN}/boards/notice/new`);
  const main = page.getByRole("main");
  await main.getByLabel("제목").fill(title);
  await main.getByRole("textbox", { name: "내용" }).fill("```diff\n- 하루 10회\n+ 하루 3회\n```");
}

test("a required notice reaches a leader live and by mail, while another team's secret question says nothing to a stranger", async ({ page, someoneElse, faults, madang }) => {
  faults.allow(/403/);
  const [organizer, other] = [await someoneElse(), await someoneElse()];
  const stranger = await someoneElse();
  await leader(page, madang.folder, "은하수", "notices-leader@example.kr", "별무리");
  await page.goto(`${OPEN}/data`);

  await test.step("the organizer posts it, and the leader's open page says so", async () => {
    await signIn(organizer, "organizer");
    await notice(organizer, TITLE);
    await organizer.getByRole("checkbox", { name: /필수 공지로/ }).check();
    await organizer.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(organizer.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(page.getByRole("link", { name: TITLE }).first()).toBeVisible();
    await expect(page.locator("#bell")).toHaveAccessibleName(/읽지 않은 알림 \d+개/);
  });

  await test.step("and a letter tells the leader", async () => {
    await expect.poll(async () => (await lettersTo(madang.folder, "notices-leader@example.kr")).filter(text => text.includes(TITLE)).length).toBe(1);
  });

  await test.step("the banner stays until it is read", async () => {
    await page.goto(`${OPEN}/rules`);
    await page.getByRole("main").getByRole("link", { name: TITLE }).click();
    await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(async () => {
      await page.goto(`${OPEN}/rules`);
      await expect(page.getByRole("main").getByRole("link", { name: TITLE })).toHaveCount(0, { timeout: 500 });
    }).toPass();
  });

  await test.step("another team asks a secret question; neither the leader nor a stranger learns what", async () => {
    await signIn(other, "garam");
    await other.goto(`${OPEN}/boards/qna/new`);
    await other.getByRole("main").getByLabel("제목").fill("우리만의 물음");
    await other.getByRole("main").getByRole("textbox", { name: "내용" }).fill("남몰래 묻습니다");
    await other.getByRole("checkbox", { name: /비밀글/ }).check();
    await other.getByRole("main").getByRole("button", { name: "올리기", exact: true }).click();
    await expect(other.getByRole("heading", { level: 1, name: "우리만의 물음" })).toBeVisible();
    const address = new URL(other.url()).pathname;
    for (const reader of [page, stranger]) {
      for (const way of [`${OPEN}/boards/qna`, `${OPEN}/boards/qna?q=${encodeURIComponent("물음")}`, address, `${OPEN}/boards/notice`]) {
        const body = await (await reader.request.get(way)).text();
        for (const secret of ["우리만의 물음", "남몰래 묻습니다"]) expect(body.includes(secret), `${way} says ${secret}`).toBe(false);
      }
    }
  });
});

test("a scheduled notice waits in a room of its own, is changed, and goes up at a click", async ({ page, someoneElse, faults }) => {
  faults.allow(/404/);
  const organizer = page;
  await signIn(organizer, "organizer");
  const title = "다음 주에 점검이 있어요";
  await notice(organizer, "다음 주 점검");
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await organizer.getByLabel("올릴 시각").fill(`${tomorrow}T09:00`);
  await organizer.getByRole("button", { name: "올리기", exact: true }).click();
  const main = organizer.getByRole("main");
  await expect(main.getByText("공지를 예약했어요.", { exact: false })).toBeVisible();
  const reader = await someoneElse();
  await reader.goto(`${OPEN}/boards/notice`);
  await expect(reader.getByText("다음 주 점검")).toHaveCount(0);

  await main.getByRole("link", { name: "다음 주 점검" }).click();
  await expect(main.getByLabel("올릴 시각")).toHaveValue(`${tomorrow}T09:00`);
  await main.getByLabel("제목").fill(title);
  await main.getByLabel("올릴 시각").fill("2020-01-01T09:00");
  await main.getByRole("button", { name: "예약 저장하기" }).click();
  await expect(main.getByText("지금부터 1년 안의 날짜와 시각을 적어 주세요.")).toBeVisible();
  await expect(main.getByLabel("제목"), "nothing typed is lost").toHaveValue(title);
  await main.getByLabel("올릴 시각").fill(`${tomorrow}T10:00`);
  await main.getByRole("button", { name: "예약 저장하기" }).click();
  const row = main.getByRole("row", { name: title });
  await row.getByText("지금 올리기", { exact: true }).click();
  await row.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await reader.reload();
  await expect(reader.getByRole("link", { name: title })).toBeVisible();
});
