import type { Locator, Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { OPEN, signIn } from "../support/demo.ts";
import { overflow } from "../support/pages.ts";
import { startMadang, type Madang } from "../support/server.mjs";
import { expect, test as base } from "../support/test.ts";

const LIVE = `${OPEN}/live`;
const HOUR = 3_600_000;

/** A server of its own for each test, because a competition's menu has one more tab from here on. */
const test = base.extend<object, { madang: Madang }>({
  madang: [
    async ({}, use) => {
      const madang = await startMadang();
      await use(madang);
      await madang.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** A moment as a form has it, on the wall in Seoul. */
const wall = (at: number): string => new Date(at + 9 * HOUR).toISOString().slice(0, 16);

/** Sends a form without its page. */
async function send(page: Page, name: string, form: Record<string, string>): Promise<void> {
  const answer = await page.request.post(`/api/fn/${name}`, { form: { slug: "breast-cancer", ...form } });
  expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
}

const questions = (page: Page): Locator => page.locator(".live-list").getByRole("listitem");
const one = (page: Page, text: string): Locator => questions(page).filter({ hasText: text });

async function texts(page: Page): Promise<string[]> {
  return questions(page).locator(".text").allInnerTexts();
}

/** What is wrong with a page, in both themes and on a wide and a narrow screen. */
async function audit(page: Page): Promise<string[]> {
  const found = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1440, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await seriousFindings(page, "all")), ...(await misnamed(page)));
      if ((await overflow(page)) > 0) found.push(`wider than ${width.toString()} px`);
    }
  }
  return found;
}

test("questions are asked, voted up and answered while everybody looks, and nobody's focus or place is taken", async ({ page: organizer, someoneElse }) => {
  // Every page is looked at in both themes and at three widths.
  test.slow();
  const [asks, votes, hall] = [await someoneElse(), await someoneElse(), await someoneElse()];
  await signIn(organizer, "organizer");
  await signIn(asks, "garam");
  await signIn(votes, "naru");

  await test.step("an organizer sets the hours, and the competition has a tab", async () => {
    await organizer.goto(`${OPEN}/manage/live`);
    const form = organizer.locator("section").filter({ hasText: "새 시간 정하기" });
    await form.getByLabel("제목").fill("온라인 설명회");
    await form.getByLabel("시작").fill(wall(Date.now() - HOUR));
    await form.getByLabel("끝").fill(wall(Date.now() - 2 * HOUR));
    await form.getByRole("button", { name: "시간 정하기" }).click();
    await expect(organizer.getByText("끝나는 때는 지금과 시작보다 늦어야")).toBeVisible();
    await expect(form.getByLabel("제목"), "nothing is typed again").toHaveValue("온라인 설명회");
    await form.getByLabel("끝").fill(wall(Date.now() + HOUR));
    await form.getByRole("button", { name: "시간 정하기" }).click();
    await expect(organizer.getByText("시간을 저장했어요.")).toBeVisible();
    expect(await audit(organizer)).toEqual([]);
    await asks.goto(OPEN);
    await expect(asks.getByText("지금 묻고 투표할 수 있어요")).toBeVisible();
    await asks.getByRole("link", { name: "실시간 질문 보기" }).click();
    await expect(asks.getByRole("heading", { level: 1, name: "실시간 질문" })).toBeVisible();
  });

  await test.step("a team asks, once under its name and once without", async () => {
    await expect(asks.getByText("운영자는 누가 물었는지 볼 수 있어요")).toBeVisible();
    await asks.getByRole("textbox", { name: /질문/ }).fill("외부 데이터를 써도 되나요?");
    await asks.getByRole("button", { name: "질문 보내기" }).click();
    await expect(asks.getByText("질문을 보냈어요.")).toBeVisible();
    await expect(one(asks, "외부 데이터")).toContainText("101팀 가람");
    await asks.getByRole("textbox", { name: /질문/ }).fill("점수는 언제 공개되나요?");
    await asks.getByRole("radio", { name: "이름 없이" }).check();
    await asks.getByRole("button", { name: "질문 보내기" }).click();
    await expect(one(asks, "점수는 언제")).toContainText("이름 없음");
    for (let n = 1; n <= 6; n += 1) await send(asks, "ask_live", { session: "1", question: `그 밖의 질문 ${n.toString()}`, named: "on" });
  });

  await test.step("votes change the order live, and the focus, the place in the page and what is typed stay", async () => {
    await asks.setViewportSize({ width: 1440, height: 500 });
    await asks.goto(LIVE);
    await expect(asks.locator("p.live")).toHaveText("실시간");
    await asks.getByRole("textbox", { name: /질문/ }).fill("아직 쓰는 중");
    const button = one(asks, "그 밖의 질문 6").getByRole("button", { name: /투표하기/ });
    await button.focus();
    await expect.poll(() => asks.evaluate(() => window.scrollY), "the list is somewhere below").toBeGreaterThan(0);
    const before = await asks.evaluate(() => window.scrollY);

    await votes.goto(LIVE);
    await expect(votes.locator("p.live")).toHaveText("실시간");
    await one(votes, "점수는 언제").getByRole("button", { name: "투표하기, 지금 0표" }).click();
    await expect(one(votes, "점수는 언제").getByRole("button", { name: "투표 취소하기, 지금 1표" })).toBeVisible();
    await one(votes, "그 밖의 질문 6").getByRole("button", { name: "투표하기, 지금 0표" }).click();
    expect(votes.url(), "no page was loaded").toMatch(/\/live$/);

    await expect.poll(() => texts(asks).then(all => all.slice(0, 2))).toEqual(["점수는 언제 공개되나요?", "그 밖의 질문 6"]);
    await expect(button, "the focus is where it was").toBeFocused();
    expect(await asks.evaluate(() => window.scrollY)).toBe(before);
    await expect(asks.getByRole("textbox", { name: /질문/ })).toHaveValue("아직 쓰는 중");
    await asks.keyboard.press("Enter");
    await expect(one(asks, "그 밖의 질문 6").getByRole("button", { name: "투표 취소하기, 지금 2표" })).toBeFocused();
    await expect.poll(() => texts(votes).then(all => all[0])).toBe("그 밖의 질문 6");
  });

  await test.step("an organizer sees who asked, answers, pins and hides", async () => {
    await organizer.goto(LIVE);
    await expect(one(organizer, "점수는 언제")).toContainText(/물은 사람: .+ \(101팀 가람\)/);
    await one(organizer, "점수는 언제").getByText("답변하고 가리기").click();
    await one(organizer, "점수는 언제").getByRole("textbox", { name: "답변" }).fill("12월 1일에 공개합니다.");
    await one(organizer, "점수는 언제").getByRole("button", { name: "답변 올리기" }).click();
    await expect(one(votes, "점수는 언제")).toContainText("12월 1일에 공개합니다.");
    await expect(one(votes, "점수는 언제")).toContainText("답변완료");
    expect(await votes.content()).not.toContain("물은 사람");
    await one(organizer, "외부 데이터").getByRole("button", { name: "고정하기" }).click();
    await expect.poll(() => texts(votes).then(all => all[0])).toBe("외부 데이터를 써도 되나요?");
    await one(organizer, "그 밖의 질문 1").getByText("답변하고 가리기").click();
    await one(organizer, "그 밖의 질문 1").getByLabel("가리는 이유").fill("겹치는 질문");
    await one(organizer, "그 밖의 질문 1").getByRole("button", { name: "가리기" }).click();
    await expect(one(votes, "그 밖의 질문 1")).toHaveCount(0);
    await expect(one(organizer, "그 밖의 질문 1")).toContainText("가린 이유: 겹치는 질문");
    expect(await audit(organizer)).toEqual([]);
    expect(await audit(votes)).toEqual([]);
  });

  await test.step("a hall sees the questions with most votes and the way to the page", async () => {
    for (const [width, height] of [[1920, 1080], [1280, 720]] as const) {
      await hall.setViewportSize({ width, height });
      await hall.goto(`${LIVE}/screen`);
      await expect(hall.getByRole("img", { name: "실시간 질문 주소의 QR 코드" })).toBeInViewport({ ratio: 1 });
      await expect(hall.getByRole("banner")).toBeHidden();
      await expect(questions(hall)).toHaveCount(5);
      for (const question of await questions(hall).all()) await expect(question).toBeInViewport({ ratio: 1 });
    }
    expect(await seriousFindings(hall, "all")).toEqual([]);
    await send(votes, "vote_live", { session: "1", number: "8", vote: "on" });
    await send(asks, "vote_live", { session: "1", number: "5", vote: "on" });
    await expect.poll(() => texts(hall)).toContain("그 밖의 질문 3");
  });

  await test.step("after the hours the page says so and takes nothing", async () => {
    await send(organizer, "close_live", { session: "1" });
    await expect(votes.getByText("시간이 끝나 더 묻거나 투표할 수 없어요.")).toBeVisible();
    await expect(questions(votes).getByRole("button", { name: /투표/ })).toHaveCount(0);
    await votes.goto(LIVE);
    await expect(votes.getByText("질문 시간이 끝났어요.")).toBeVisible();
    await expect(votes.getByRole("link", { name: "질문과 답변으로" })).toBeVisible();
    await expect(votes.getByRole("button", { name: "질문 보내기" })).toHaveCount(0);
    expect(await audit(votes)).toEqual([]);
  });
});

test("without a script one asks and votes all the same, and comes back to the question", async ({ page: organizer, someoneElse }) => {
  const plain = await someoneElse({ javaScriptEnabled: false });
  await signIn(organizer, "organizer");
  await signIn(plain, "dasom");
  await send(organizer, "set_live", { title: "두 번째", opens_at: wall(Date.now() - HOUR), closes_at: wall(Date.now() + HOUR) });
  await plain.goto(LIVE);
  await plain.getByRole("textbox", { name: /질문/ }).fill("스크립트 없이 물어요");
  await plain.getByRole("button", { name: "질문 보내기" }).click();
  await expect(plain).toHaveURL(/\/live#q\d+$/);
  await one(plain, "스크립트 없이").getByRole("button", { name: "투표하기, 지금 0표" }).click();
  await expect(one(plain, "스크립트 없이").getByRole("button", { name: "투표 취소하기, 지금 1표" })).toBeVisible();
  await one(plain, "스크립트 없이").getByRole("button", { name: /투표 취소하기/ }).click();
  await expect(one(plain, "스크립트 없이").getByRole("button", { name: "투표하기, 지금 0표" })).toBeVisible();
});
