// Runs the golden, property and file tests of the crate `scoring` as WASM in the tests' Chromium: what a browser computes must be
// what the server computes. wasm-bindgen's runner serves each test program as a page; it would need a WebDriver to open it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

import { browser as launch, freePort } from "../end2end/support/server.mjs";

/** How long the tests of one program may take, in milliseconds. */
const WITHIN = 180_000;
/** These read files or the process, which a browser has not. */
const NATIVE_ONLY = ["demo", "handbook", "memory", "fuzz"];

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const names = readdirSync(join(root, "scoring/tests")).filter(name => name.endsWith(".rs")).map(name => name.slice(0, -3));
const wanted = names.filter(name => !NATIVE_ONLY.includes(name)).flatMap(name => ["--test", name]);
const built = spawnSync("cargo", ["test", "--package", "scoring", "--target", "wasm32-unknown-unknown", "--no-run", "--message-format", "json-render-diagnostics", ...wanted],
  { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 28 });
if (built.status !== 0) process.exit(1);
/** @type {{ executable?: string, target?: { name: string } }[]} */
const messages = built.stdout.split("\n").filter(line => line.startsWith("{")).map(line => JSON.parse(line));
const programs = messages.flatMap(({ executable, target }) => (executable && target ? [{ file: executable, name: target.name }] : []));

/**
 * What the page says when its tests have ended.
 * @param {import("@playwright/test").Browser} chrome
 * @param {string} file
 */
async function run(chrome, file) {
  const address = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_USE_BROWSER: "1", WASM_BINDGEN_TEST_ADDRESS: address };
  const runner = spawn("wasm-bindgen-test-runner", [file], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(runner, "exit");
  try {
    // It says its address when it listens.
    await Promise.race([once(runner.stdout, "data"), gone.then(() => { throw new Error("the runner ended"); })]);
    const page = await chrome.newPage();
    await page.goto(`http://${address}`);
    const output = page.locator("#output");
    await output.filter({ hasText: /test result: / }).waitFor({ state: "attached", timeout: WITHIN }).catch(() => undefined);
    const text = await output.innerText();
    await page.close();
    return text;
  } finally {
    runner.kill("SIGKILL");
    await gone;
  }
}

const chrome = await chromium.launch(launch);
let failed = programs.length === 0;
try {
  for (const { file, name } of programs) {
    const text = await run(chrome, file);
    const passed = /test result: ok\. ([1-9]\d*) passed; 0 failed/.exec(text);
    console.log(passed ? `${name}: ${passed[1]} tests passed` : `${name}: FAILED\n${text}`);
    failed ||= !passed;
  }
} finally {
  await chrome.close();
}
process.exit(failed ? 1 : 0);
