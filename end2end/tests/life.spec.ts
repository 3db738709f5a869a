// A contest from the first application to the last place, as its people live it: days pass by the server's clock.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { signIn } from "../support/demo.ts";
import { lettersTo, linkTo } from "../support/mail.ts";
import { movedClock, type MovedClock } from "../support/moved-clock.ts";
import { startMadang, type Madang } from "../support/server.mjs";
import { expect, test as base } from "../support/test.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const PASSWORD = "pine-lantern-harbour-42";

interface Contest {
  /** The address of its pages. */
  at: string;
  clock: MovedClock;
}

/** The diabetes demo as a contest that is open, of five places that organizers give, where a team without submissions is idle after three days. */
async function contest(folder: string, name: string, exclusion: "manual" | "automatic"): Promise<string> {
  const to = join(folder, name);
  await cp(join(root, "demo/diabetes"), to, { recursive: true });
  const manifest = join(to, "competition.toml");
  const settings = `
[apply]
mode = "approval"
capacity = 5

[idle]
submission_days = 3
exclusion = "${exclusion}"

[[stage]]`;
  const text = (await readFile(manifest, "utf8"))
    .replace("\n[[stage]]", settings)
    .replace("max = 3\n", "max = 4\n")
    .replace('starts = "+5d 10:00"', 'starts = "-1d 10:00"');
  await writeFile(manifest, text);
  return to;
}

const test = base.extend<object, { contest: Contest; madang: Madang }>({
  contest: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "madang-life-"));
      await use({ at: folder, clock: movedClock(folder) });
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  madang: [
    async ({ contest: { at, clock } }, use) => {
      const folders = [await contest(at, "clinic", "automatic"), await contest(at, "ward", "manual")];
      const madang = await startMadang(folders, () => Promise.resolve(clock.settings));
      for (const slug of ["clinic", "ward"]) madang.command(["competition", "role", slug, "organizer@madang.test", "owner"]);
      await use(madang);
      await madang.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** Somebody who signs up, shows that the address is theirs, and applies. */
async function applies(page: Page, madang: Madang, pages: string, name: string, address: string): Promise<void> {
  const main = page.getByRole("main");
  await page.goto("/signup");
  await main.getByLabel("메일 주소").fill(address);
  await main.getByRole("textbox", { name: "이름", exact: true }).fill(name);
  await main.getByLabel("소속").fill("마당대학교 의과대학");
  await main.getByLabel("비밀번호").fill(PASSWORD);
  await main.getByRole("button", { name: "가입하기" }).click();
  await expect(page.getByRole("button", { name: `${name}님의 메뉴` })).toBeVisible();
  await page.goto(await linkTo(madang.folder, address, "/verify"));
  await main.getByRole("button", { name: "내 주소로 확인하기" }).click();
  await expect(page).not.toHaveURL(/key=/);
  await page.goto(`${pages}/apply`);
  await main.getByRole("checkbox", { name: "대회 규칙을 읽었고 동의해요" }).check();
  await main.getByRole("button", { name: "신청하기" }).click();
  await expect(main.getByText("승인을 기다리고 있어요")).toBeVisible();
}

/** All who are named are approved, in the order in which they applied. */
async function approve(organizer: Page, pages: string, names: string[]): Promise<void> {
  const room = organizer.getByRole("main");
  await organizer.goto(`${pages}/manage`);
  await room.getByRole("navigation", { name: "운영 메뉴" }).getByRole("link", { name: "참가 신청" }).click();
  for (const name of names) await room.getByRole("checkbox", { name: `${name} 고르기` }).check();
  await room.getByRole("region", { name: "고른 신청 처리하기" }).getByRole("button", { name: "승인", exact: true }).click();
  await expect(room.getByText(`${names.length.toString()}건을 처리했어요.`)).toBeVisible();
}

/** A team of their own, and its number. */
async function makesTeam(page: Page, pages: string, team: string): Promise<string> {
  const main = page.getByRole("main");
  await page.goto(`${pages}/team`);
  await main.getByLabel("팀 이름").fill(team);
  await main.getByRole("button", { name: "팀 만들기" }).click();
  await expect(main.getByRole("heading", { level: 1, name: team })).toBeVisible();
  const number = await main.getByRole("img", { name: /^팀 번호/ }).getAttribute("aria-label");
  return (number ?? "").replaceAll(/\D/g, "");
}

/** The first link in the newest letter to an address that says something, as whoever reads the letter follows it. */
async function linkIn(folder: string, address: string, words: string): Promise<string> {
  await expect.poll(() => lettersTo(folder, address)).toContainEqual(expect.stringContaining(words));
  const letter = (await lettersTo(folder, address)).filter(text => text.includes(words)).at(-1) ?? "";
  return /https?:\/\/[^\s>)]+/.exec(letter)?.[0] ?? "";
}

const members = (page: Page) => page.getByRole("table", { name: "팀원 목록" }).getByRole("rowheader");

test("people apply, wait, come in, become one team, are warned, excluded, and the next has the place", async ({ page: organizer, someoneElse, madang, contest: { clock } }) => {
  test.setTimeout(180_000);
  const pages = "/competitions/clinic";
  const names = ["가은", "나래", "다온", "라온", "마리", "바로", "사랑"];
  const address = (name: string): string => `person-${names.indexOf(name).toString()}@example.kr`;
  const people: Record<string, Page> = {};
  const of = (name: string): Page => people[name] ?? organizer;
  await signIn(organizer, "organizer");

  await test.step("seven apply, five have a place and two wait", async () => {
    for (const name of names) {
      people[name] = await someoneElse();
      await applies(of(name), madang, pages, name, address(name));
    }
    await approve(organizer, pages, names);
    await of("가은").goto(`${pages}/apply`);
    await expect(of("가은").getByRole("main").getByText("참가하고 있어요")).toBeVisible();
    for (const [name, place] of [["바로", 1], ["사랑", 2]] as const) {
      await of(name).goto(`${pages}/apply`);
      await expect(of(name).getByRole("main").getByText(`대기 순번 ${place.toString()}번이에요`)).toBeVisible();
    }
  });

  await test.step("one gives the place up, the next is offered it by mail and takes it", async () => {
    const [leaves, next] = [of("마리"), of("바로")];
    await leaves.goto(`${pages}/apply`);
    await leaves.getByRole("button", { name: "참가 취소하기" }).click();
    await leaves.getByRole("dialog").getByRole("button", { name: "참가 취소하기" }).click();
    await expect(leaves.getByRole("main").getByText("신청을 취소했어요")).toBeVisible();
    await next.goto(await linkIn(madang.folder, address("바로"), "자리가 났습니다"));
    await next.getByRole("button", { name: "자리 받기" }).click();
    await expect(next.getByRole("main").getByText("자리를 받았어요.")).toBeVisible();
    await of("사랑").goto(`${pages}/apply`);
    await expect(of("사랑").getByRole("main").getByText("대기 순번 1번이에요")).toBeVisible();
  });

  let number = "";
  await test.step("a team of three, one by the link and one by mail", async () => {
    const [leader, byLink, byMail] = [of("가은"), of("나래"), of("다온")];
    number = await makesTeam(leader, pages, "가온누리");
    const link = leader.getByRole("textbox", { name: "초대 링크" });
    const make = leader.getByRole("button", { name: "초대 링크 만들기" });
    await expect(link.or(make)).toBeVisible();
    if (await make.isVisible()) await make.click();
    await byLink.goto(await link.inputValue());
    await byLink.getByRole("button", { name: "팀에 들어가기" }).click();
    await expect(byLink.getByText("팀에 들어왔어요.")).toBeVisible();
    const card = leader.getByRole("region", { name: "메일로 초대" });
    await card.getByLabel("메일 주소").fill(address("다온"));
    await card.getByRole("button", { name: "초대 메일 보내기" }).click();
    await expect(leader.getByText("초대 메일을 보낼게요.", { exact: false })).toBeVisible();
    await byMail.goto(await linkTo(madang.folder, address("다온"), "/join"));
    await byMail.getByRole("button", { name: "팀에 들어가기" }).click();
    await expect(byMail.getByText("팀에 들어왔어요.")).toBeVisible();
    await expect(members(byMail)).toHaveText([/가은/, /나래/, /다온/]);
  });

  await test.step("a team of one becomes part of it", async () => {
    const [leader, other] = [of("가은"), of("라온")];
    await makesTeam(other, pages, "솔빛");
    const card = other.getByRole("region", { name: "팀 병합" });
    await card.getByLabel("합칠 팀 번호").fill(number);
    await card.getByRole("button", { name: "병합 제안하기" }).click();
    await expect(other.getByText("병합을 제안했어요.", { exact: false })).toBeVisible();
    await leader.goto(`${pages}/team`);
    await leader.getByRole("region", { name: "병합 제안" }).getByRole("button", { name: "받아들이기" }).first().click();
    await leader.getByRole("dialog", { name: "솔빛 팀과 합칠까요?" }).getByRole("button", { name: "받아들이기" }).click();
    await expect(leader.getByText("병합 제안에 답했어요.")).toBeVisible();
    await expect(members(leader)).toHaveText([/가은/, /나래/, /다온/, /라온/]);
    await other.goto(`${pages}/team`);
    await expect(other.getByRole("heading", { level: 1, name: "가온누리" })).toBeVisible();
  });

  await test.step("two days without a submission later the leader alone is warned by mail, a day before", async () => {
    clock.advance({ days: 2, minutes: 10 });
    const warned = of("가은");
    await warned.goto(await linkIn(madang.folder, address("가은"), "팀이 대회에서 제외될 수 있고"));
    await expect(warned.getByText(/까지 제출이나 활동이 없으면 팀이 제외될 수 있어요/)).toBeVisible();
    expect((await lettersTo(madang.folder, address("나래"))).filter(text => text.includes("제외"))).toEqual([]);
    await expect(members(warned), "it is still a team").toHaveCount(4);
  });

  await test.step("a day later the team is excluded, all are told, and the next of the waitlist has a place", async () => {
    clock.advance({ days: 1, minutes: 10 });
    for (const name of ["가은", "나래", "다온", "라온"]) {
      await linkIn(madang.folder, address(name), "가온누리 팀이 제외되었습니다");
    }
    const member = of("나래");
    await member.goto(await linkIn(madang.folder, address("나래"), "가온누리 팀이 제외되었습니다"));
    await expect(member.getByText("제출이나 활동이 없어서 제외된 팀이에요")).toBeVisible();
    const next = of("사랑");
    await next.goto(await linkIn(madang.folder, address("사랑"), "자리가 났습니다"));
    await next.getByRole("button", { name: "자리 받기" }).click();
    await expect(next.getByRole("main").getByText("자리를 받았어요.")).toBeVisible();
  });

  await test.step("the organizer finds who is where, and which letters went out", async () => {
    const room = organizer.getByRole("main");
    const menu = room.getByRole("navigation", { name: "운영 메뉴" });
    await organizer.goto(`${pages}/manage`);
    await menu.getByRole("link", { name: "참가자" }).click();
    await room.getByRole("link", { name: /^제외/ }).click();
    await expect(room.getByRole("table").getByRole("rowheader")).toHaveCount(4);
    await room.getByRole("link", { name: /^팀 없음/ }).click();
    await expect(room.getByRole("table").getByRole("rowheader")).toContainText(["사랑", "바로"]);
    await menu.getByRole("link", { name: "메일" }).click();
    await room.getByRole("searchbox").fill("팀 제외 예고");
    await room.getByRole("searchbox").press("Enter");
    await expect(room.getByRole("table").getByRole("rowheader")).toHaveText([/팀 제외 예고.*가은 · person-0@example.kr/]);
  });
});

test("where organizers exclude, nothing happens by itself: a click does it, and the place is the next one's", async ({ page: organizer, someoneElse, madang, contest: { clock } }) => {
  test.setTimeout(120_000);
  const pages = "/competitions/ward";
  const names = ["하나", "두리", "세온", "네리", "다솜", "여름"];
  const address = (name: string): string => `ward-${names.indexOf(name).toString()}@example.kr`;
  await signIn(organizer, "organizer");
  const people: Page[] = [];
  for (const name of names) {
    const page = await someoneElse();
    people.push(page);
    await applies(page, madang, pages, name, address(name));
  }
  await approve(organizer, pages, names);
  const [leader, , , , , last] = people;
  if (leader === undefined || last === undefined) throw new Error("nobody");
  await makesTeam(leader, pages, "한울");

  clock.advance({ days: 2, minutes: 10 });
  await linkIn(madang.folder, address("하나"), "팀이 대회에서 제외될 수 있고");
  clock.advance({ days: 1, minutes: 10 });
  const room = organizer.getByRole("main");
  await organizer.goto(`${pages}/manage`);
  // The dashboard's number leads to the teams that may be excluded.
  await expect(room.getByText("제외 대상 1 · 곧 0")).toBeVisible();
  await room.getByRole("link", { name: "1팀", exact: true }).click();
  await expect(room.getByRole("row", { name: /한울/ })).toContainText("제외 대상");
  await leader.goto(`${pages}/team`);
  await expect(leader.getByText(/언제든 제외될 수 있어요/), "nobody has excluded it").toBeVisible();

  await room.getByRole("checkbox", { name: "한울 고르기" }).check();
  const bulk = room.getByRole("region", { name: "고른 팀 제외하기" });
  await bulk.getByLabel("사유").fill("사흘 동안 제출이 없었어요.");
  await bulk.getByRole("button", { name: "제외" }).click();
  await expect(room.getByText("1팀을 제외했어요.")).toBeVisible();
  await leader.goto(await linkIn(madang.folder, address("하나"), "사흘 동안 제출이 없었어요."));
  await expect(leader.getByText("제출이나 활동이 없어서 제외된 팀이에요")).toBeVisible();
  await last.goto(await linkIn(madang.folder, address("여름"), "자리가 났습니다"));
  await expect(last.getByRole("button", { name: "자리 받기" })).toBeVisible();
});
