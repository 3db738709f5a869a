// How long the submit page takes to check a large file in the tests' Chromium, and how long it keeps the page from answering.
// Usage: MADANG_BIN=$PWD/target/release/madang node bench/browser-check.mjs [rows] [times]
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

import { browser as launch, startMadang } from "../end2end/support/server.mjs";

const [rows = "1000000", times = "5"] = process.argv.slice(2);
const count = Number(rows);
const demo = fileURLToPath(new URL("../demo/breast-cancer", import.meta.url));
const work = await mkdtemp(join(tmpdir(), "madang-check-"));

/** @param {number[]} numbers */
const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Ids that count up, and ids without any order. @type {Record<string, (row: number) => string>} */
const kinds = {
  numbered: row => `P${String(row).padStart(7, "0")}`,
  hex: row => createHash("md5").update(String(row)).digest("hex").slice(0, 16),
};

/**
 * A competition's folder with a submission in order and one that is not, by a fixed stride.
 * @param {string} name
 * @param {(row: number) => string} id
 */
async function folder(name, id) {
  const path = join(work, name);
  await mkdir(path, { recursive: true });
  await cp(join(demo, "pages"), join(path, "pages"), { recursive: true });
  await cp(join(demo, "clinical_utility.wasm"), join(path, "clinical_utility.wasm"));
  const manifest = await readFile(join(demo, "competition.toml"), "utf8");
  await writeFile(join(path, "competition.toml"), `file_mb = 100\n${manifest.replace("min = 2", "min = 1")}`);
  const solution = ["id,malignant,usage"], lines = [], sample = ["id,malignant"];
  for (let row = 0; row < count; row += 1) {
    solution.push(`${id(row)},${row % 3 === 0 ? 1 : 0},${row % 2 === 0 ? "Public" : "Private"}`);
    sample.push(`${id(row)},0.5`);
    lines.push(`${id(row)},0.${String((row * 7919) % 1_000_003).padStart(7, "0")}`);
  }
  const stride = 611_953;
  const shuffled = lines.map((_, row) => lines[(row * stride) % count]);
  await writeFile(join(path, "solution.csv"), `${solution.join("\n")}\n`);
  await writeFile(join(path, "sample_submission.csv"), `${sample.join("\n")}\n`);
  await writeFile(join(work, `${name}-in-order.csv`), `id,malignant\n${lines.join("\n")}\n`);
  await writeFile(join(work, `${name}-shuffled.csv`), `id,malignant\n${shuffled.join("\n")}\n`);
  return path;
}

/** Someone with a team of their own. @param {import("@playwright/test").Page} page @param {string} slug */
async function joinIn(page, slug) {
  const main = page.getByRole("main");
  await page.goto(`/competitions/${slug}/apply`);
  await main.getByRole("checkbox", { name: "대회 규칙을 읽었고 동의해요" }).check();
  await main.getByRole("button", { name: "참가하기" }).click();
  await main.getByLabel("팀 이름").fill("잰걸음");
  await main.getByRole("button", { name: "팀 만들기" }).click();
  await main.getByRole("heading", { level: 1, name: "잰걸음" }).waitFor();
}

/** One check on a fresh page. @param {import("@playwright/test").Page} page @param {string} slug @param {string} file */
async function check(page, slug, file) {
  await page.goto(`/competitions/${slug}/submit`, { waitUntil: "networkidle" });
  await page.evaluate(() => {
    const seen = { gap: 0, bar: 0, from: 0, wall: 0 };
    Object.assign(window, { seen });
    let before = performance.now();
    const look = () => {
      const now = performance.now();
      if (seen.wall === 0 && document.querySelector("[aria-label='브라우저 검사 결과']")) seen.wall = now - seen.from;
      if (seen.from > 0 && seen.wall === 0) seen.gap = Math.max(seen.gap, now - before);
      before = now;
      if (document.querySelector("progress")) seen.bar += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    document.addEventListener("change", () => { seen.from = performance.now(); }, true);
  });
  await page.locator("input[type=file]").setInputFiles(join(work, file));
  const took = await page.getByText(/\d초/).first().textContent({ timeout: 60_000 });
  const found = await page.getByRole("list", { name: "브라우저 검사 결과" }).textContent();
  const seen = await page.evaluate(() => {
    const { seen } = /** @type {{ seen: { gap: number, bar: number, wall: number } }} */ (/** @type {unknown} */ (window));
    return seen;
  });
  return { ...seen, took: took ?? "", found: found ?? "" };
}

const folders = await Promise.all(Object.entries(kinds).map(([name, id]) => folder(`${name}-ids`, id)));
const madang = await startMadang(folders);
try {
  for (const name of Object.keys(kinds)) {
    const slug = `${name}-ids`;
    // A profile on the disk: without one the browser keeps no large answer.
    const context = await chromium.launchPersistentContext(join(work, `${name}-profile`), { ...launch, baseURL: madang.url, locale: "ko-KR" });
    const page = await context.newPage();
    await page.request.post("/api/fn/log_in", { form: { email: "admin@madang.test", password: "madang-demo-2026", next: "/" }, maxRedirects: 0 });
    await joinIn(page, slug);
    for (const order of ["in-order", "shuffled"]) {
      const seen = [];
      for (let time = 0; time < Number(times); time += 1) seen.push(await check(page, slug, `${slug}-${order}.csv`));
      const number = (/** @type {"wall" | "gap" | "bar"} */ key) => Math.round(median(seen.map(one => one[key])));
      console.log(`${slug} ${order}: ${number("wall")} ms from choosing to the result (${seen.map(one => Math.round(one.wall)).join(", ")}), longest gap between frames ${number("gap")} ms, bar in ${number("bar")} frames; page says: ${seen.at(-1)?.took} | ${seen.at(-1)?.found}`);
    }
    const [ids] = await page.evaluate(() => performance.getEntriesByType("resource").filter(entry => entry.name.includes("/ids/")).map(entry => { const { transferSize, decodedBodySize } = /** @type {PerformanceResourceTiming} */ (entry); return { transferSize, decodedBodySize }; }));
    console.log(`${slug}: ids`, ids);
    await context.close();
  }
} finally {
  await madang.stop();
  await rm(work, { recursive: true, force: true });
}
