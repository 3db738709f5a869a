// First contentful paint of a leaderboard, and what it loads, cold and warm, in the tests' Chromium.
// Usage: node bench/paint.mjs http://127.0.0.1:3000/competitions/breast-cancer/leaderboard [times]
import { chromium } from "@playwright/test";

import { browser as launch } from "../end2end/support/server.mjs";

const [url, times = "7"] = process.argv.slice(2);
if (!url) throw new Error("give the address of a leaderboard");

/** @param {number[]} numbers */
const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** @param {import("@playwright/test").Page} page */
async function visit(page) {
  let bytes = 0;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  devtools.on("Network.loadingFinished", event => { bytes += event.encodedDataLength; });
  await page.goto(url, { waitUntil: "networkidle" }).catch(() => page.goto(url));
  const paint = await page.evaluate(() => {
    const [first] = performance.getEntriesByName("first-contentful-paint");
    const [navigation] = performance.getEntriesByType("navigation");
    return { first: first.startTime, loaded: /** @type {PerformanceNavigationTiming} */ (navigation).domContentLoadedEventEnd };
  });
  const rows = await page.getByRole("table").first().getByRole("row").count();
  return { ...paint, bytes, rows };
}

const chrome = await chromium.launch(launch);
const seen = { cold: /** @type {Awaited<ReturnType<typeof visit>>[]} */ ([]), warm: /** @type {Awaited<ReturnType<typeof visit>>[]} */ ([]) };
try {
  for (let time = 0; time < Number(times); time += 1) {
    const context = await chrome.newContext({ viewport: { width: 1440, height: 900 }, locale: "ko-KR" });
    seen.cold.push(await visit(await context.newPage()));
    seen.warm.push(await visit(await context.newPage()));
    await context.close();
  }
} finally {
  await chrome.close();
}
for (const [name, visits] of Object.entries(seen)) {
  const number = (/** @type {"first" | "loaded" | "bytes"} */ key) => Math.round(median(visits.map(visit => visit[key])));
  console.log(`${name}: first contentful paint ${number("first")} ms, document ready ${number("loaded")} ms, ${Math.round(number("bytes") / 1024)} KiB, ${visits[0].rows} table rows`);
}
