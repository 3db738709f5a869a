// Makes the documents' pictures in docs/images from the demo: `npm run screenshots` after `cargo build -p server`.
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

import { spoiled } from "../end2end/support/files.mjs";
import { browser as launch, startMadang } from "../end2end/support/server.mjs";

/** A README that loads slowly is not read. */
const BYTES_MAX = 250 * 1024;
const OPEN = "/competitions/breast-cancer";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** @typedef {import("@playwright/test").Page} Page */
/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {string} path
 * @property {{ width: number, height: number }} [screen]
 * @property {"light" | "dark"} [theme]
 * @property {boolean} [visitor] without an account
 * @property {string} [who] whose account, otherwise the leader's of team 101
 * @property {(page: Page) => Promise<void>} [before]
 */

/** @param {Page} page */
const connected = page => page.getByRole("button", { name: "실시간 갱신 멈추기" }).waitFor();

/** @param {Page} page */
async function chooseWrong(page) {
  const file = { name: "answer.csv", mimeType: "text/csv", buffer: Buffer.from(spoiled("svc.csv").text) };
  await page.getByLabel("파일 고르기").setInputFiles(file);
  await page.getByRole("table", { name: "파일에서 찾은 오류" }).waitFor();
}

/** @type {Picture[]} */
const PICTURES = [
  { name: "home", path: "/", visitor: true },
  { name: "competition", path: OPEN, visitor: true },
  { name: "leaderboard", path: `${OPEN}/leaderboard`, before: connected },
  { name: "leaderboard-dark", path: `${OPEN}/leaderboard`, theme: "dark", before: connected },
  { name: "submit-errors", path: `${OPEN}/submit`, before: chooseWrong },
  { name: "board", path: `${OPEN}/boards/notice`, visitor: true },
  { name: "questions", path: `${OPEN}/boards/qna` },
  { name: "team", path: `${OPEN}/team` },
  { name: "manage-people", path: `${OPEN}/manage/people`, who: "organizer" },
  { name: "phone-leaderboard", path: `${OPEN}/leaderboard`, screen: PHONE, before: connected },
];

const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
await mkdir(images, { recursive: true });
const madang = await startMadang();
const chrome = await chromium.launch(launch);
try {
  for (const { name, path, screen = DESK, theme = "light", visitor = false, who = "garam", before } of PICTURES) {
    const context = await chrome.newContext({
      baseURL: madang.url,
      viewport: screen,
      deviceScaleFactor: 1,
      colorScheme: theme,
      reducedMotion: "reduce",
      locale: "ko-KR",
      timezoneId: "Asia/Seoul",
    });
    if (!visitor) {
      const form = { email: `${who}@madang.test`, password: "madang-demo-2026", next: "/" };
      await context.request.post("/api/fn/log_in", { form, maxRedirects: 0 });
    }
    const page = await context.newPage();
    await page.goto(path);
    await before?.(page);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const file = `${images}${name}.png`;
    await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
    await context.close();
    const { size } = await stat(file);
    console.log(`${name}.png ${Math.ceil(size / 1024)} KiB`);
    if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes; at most ${BYTES_MAX} are allowed`);
  }
} finally {
  await chrome.close();
  await madang.stop();
}
