// Every kind of page, for what must hold on all of them.
import type { Page } from "@playwright/test";

import { CLOSED, OPEN, UPCOMING } from "./demo.ts";

export interface Address {
  name: string;
  path: string;
}

/** For anyone, without an account. */
export const PUBLIC: Address[] = [
  { name: "competitions", path: "/" },
  { name: "overview", path: OPEN },
  { name: "overview of one that has not begun", path: UPCOMING },
  { name: "overview of a closed one", path: CLOSED },
  { name: "data", path: `${OPEN}/data` },
  { name: "evaluation", path: `${OPEN}/evaluation` },
  { name: "rules", path: `${OPEN}/rules` },
  { name: "schedule", path: `${OPEN}/schedule` },
  { name: "leaderboard", path: `${OPEN}/leaderboard` },
  { name: "public leaderboard of a closed one", path: `${CLOSED}/leaderboard` },
  { name: "private leaderboard", path: `${CLOSED}/leaderboard?board=private` },
  { name: "leaderboard before the start", path: `${UPCOMING}/leaderboard` },
  { name: "submit, signed out", path: `${OPEN}/submit` },
  { name: "application, signed out", path: `${OPEN}/apply` },
  { name: "a team for everyone", path: `${OPEN}/teams/102` },
  { name: "live questions without hours", path: `${OPEN}/live` },
  { name: "projector without hours", path: `${OPEN}/live/screen` },
  { name: "notices", path: `${OPEN}/boards/notice` },
  { name: "one notice", path: `${OPEN}/boards/notice/9` },
  { name: "questions", path: `${OPEN}/boards/qna` },
  { name: "questions that wait", path: `${OPEN}/boards/qna?only=waiting` },
  { name: "questions that there are none of", path: `${OPEN}/boards/qna?q=nobody-asks-this` },
  { name: "an answered question", path: `${OPEN}/boards/qna/1` },
  { name: "talk", path: `${OPEN}/boards/talk/1` },
  { name: "recruiting", path: `${OPEN}/boards/recruit` },
  { name: "notices of the site", path: "/notices" },
  { name: "one notice of the site", path: "/notices/2" },
  { name: "history of a notice of the site", path: "/notices/2/history" },
  { name: "notices of the site that there are none of", path: "/notices?q=nobody-writes-this" },
  { name: "what is open of it", path: `${OPEN}/boards/recruit?only=open` },
  { name: "a team that seeks members", path: `${OPEN}/boards/recruit/1` },
  { name: "guide", path: "/guide" },
  { name: "API", path: "/api/docs" },
  { name: "login", path: "/login" },
  { name: "signup", path: "/signup" },
  { name: "forgotten password", path: "/reset" },
  { name: "components", path: "/design" },
];

/** For a member of a team. */
export const MEMBERS: Address[] = [
  { name: "own leaderboard", path: `${OPEN}/leaderboard` },
  { name: "submit", path: `${OPEN}/submit` },
  { name: "submissions", path: `${OPEN}/submissions` },
  { name: "team", path: `${OPEN}/team` },
  { name: "application of a member", path: `${OPEN}/apply` },
  { name: "a secret question of one's team", path: `${OPEN}/boards/qna/2` },
  { name: "new question", path: `${OPEN}/boards/qna/new` },
  { name: "new recruiting post", path: `${OPEN}/boards/recruit/new` },
  { name: "a person who seeks a team", path: `${OPEN}/boards/recruit/2` },
  { name: "question being changed", path: `${OPEN}/boards/qna/2/edit` },
  { name: "history of a question", path: `${OPEN}/boards/qna/2/history` },
  { name: "account", path: "/account" },
  { name: "security", path: "/account/security" },
  { name: "second factor", path: "/account/security/second-factor" },
  { name: "tokens", path: "/account/tokens" },
  { name: "notifications", path: "/account/notifications" },
  { name: "own data", path: "/account/data" },
];

/** For an organizer. */
export const ORGANIZERS: Address[] = [
  { name: "one notice, to manage", path: `${OPEN}/boards/notice/9` },
  { name: "new notice", path: `${OPEN}/boards/notice/new` },
  { name: "a question, to answer", path: `${OPEN}/boards/qna/3` },
  { name: "notices that wait", path: `${OPEN}/manage/notices` },
  { name: "a secret question, to publish", path: `${OPEN}/boards/qna/2/publish` },
  { name: "canned answers, none of them yet", path: `${OPEN}/manage/boards/answers` },
  { name: "boards, to keep in order", path: `${OPEN}/manage/boards` },
  { name: "dashboard", path: `${OPEN}/manage` },
  { name: "applications", path: `${OPEN}/manage/applications` },
  { name: "applications that nobody made", path: `${OPEN}/manage/applications?q=nobody` },
  { name: "people", path: `${OPEN}/manage/people` },
  { name: "people that there are none of", path: `${OPEN}/manage/people?q=nobody-here` },
  { name: "letters of a competition", path: `${OPEN}/manage/mail` },
  { name: "letters that there are none of", path: `${OPEN}/manage/mail?state=failed&q=nobody-here` },
  { name: "teams", path: `${OPEN}/manage/teams` },
  { name: "teams that there are none of", path: `${OPEN}/manage/teams?q=nobody` },
  { name: "hours of live questions, none of them yet", path: `${OPEN}/manage/live` },
  { name: "roles", path: `${OPEN}/manage/roles` },
  { name: "roles that nobody has", path: `${OPEN}/manage/roles?q=nobody-here` },
  { name: "cases, none of them yet", path: `${OPEN}/manage/cases` },
  { name: "new case", path: `${OPEN}/manage/cases/new` },
  { name: "application of an organizer", path: `${OPEN}/apply` },
  { name: "notice being changed", path: `${OPEN}/boards/notice/9/edit` },
];

/** For an administrator. */
export const ADMINS: Address[] = [
  { name: "administration", path: "/admin" },
  { name: "accounts", path: "/admin/accounts" },
  { name: "accounts that there are none of", path: "/admin/accounts?q=nobody-here" },
  { name: "mail", path: "/admin/mail" },
  { name: "mail that there is none of", path: "/admin/mail?q=nobody-here" },
  { name: "queue", path: "/admin/queue" },
  { name: "one notice of the site, to manage", path: "/notices/2" },
  { name: "new notice of the site", path: "/notices/new" },
  { name: "notice of the site being changed", path: "/notices/2/edit" },
];

/** One of the signed-in team's submissions: their addresses are random. */
export async function oneSubmission(page: Page): Promise<Address> {
  await page.goto(`${OPEN}/submissions`);
  const link = page.getByRole("main").getByRole("table").getByRole("rowheader").getByRole("link").first();
  return { name: "one submission", path: (await link.getAttribute("href")) ?? "" };
}

/** How many pixels the page is wider than its window; 0 is right. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * Texts that are cut off: they reach beyond an ancestor that hides what does not fit. What is shortened with an ellipsis or
 * can be scrolled is meant to be; what only screen readers read has no size.
 */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const hides = (style: CSSStyleDeclaration): boolean => /hidden|clip/.test(style.overflowX);
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      const parent = text.parentElement;
      if (text.data.trim() === "" || !parent?.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const words = range.getBoundingClientRect();
      for (let box: HTMLElement | null = parent; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (box.localName === "progress" || style.clipPath !== "none" || /auto|scroll/.test(style.overflowX) || style.textOverflow === "ellipsis") break;
        const edges = box.getBoundingClientRect();
        if (hides(style) && (words.right > edges.right + 1 || words.left < edges.left - 1)) {
          found.push(`${text.data.trim().slice(0, 40)} reaches ${Math.round(words.right)}, ${box.className || box.localName} ends at ${Math.round(edges.right)}`);
          break;
        }
      }
    }
    return found;
  });
}

/** Changes what the server has written before the browser reads it: for moments that do not come while a test runs. */
export async function rewrite(page: Page, address: string, change: (html: string) => string): Promise<void> {
  await page.route(address, async route => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: change(await answer.text()) });
  });
}
