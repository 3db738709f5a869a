// Compares the answers of two running servers, byte for byte: what a change that moves code must not change.
//   node tools/compare.mjs BEFORE AFTER [--as EMAIL PASSWORD]
// Both serve copies of one database. Follows every link from the front page, in both languages, as a visitor and as the
// account that is named; adds the addresses for programs. Names of built files, which carry hashes, are left out.
import { exit, argv } from "node:process";

const [before, after] = argv.slice(2).map((address) => address.replace(/\/$/, ""));
const as = argv.indexOf("--as");
if (!before || !after) {
  console.error("node tools/compare.mjs BEFORE AFTER [--as EMAIL PASSWORD]");
  exit(2);
}
const MOST = 1500;
/** What differs with the build, the port or the minute and says nothing. */
const blank = (text) =>
  text
    .replaceAll(before, "SITE")
    .replaceAll(after, "SITE")
    .replace(/\/assets\/[\w.-]+-[0-9a-f]{8,}(_bg)?\.(js|css|wasm|woff2)/g, "/assets/FILE.$2")
    .replace(/\/assets\/live\.js\?[0-9a-f]+/g, "/assets/FILE.js")
    .replace(/\/assets\/([\w-]+)\.svg\?v=[0-9a-f]+/g, "/assets/$1.svg")
    .replace(/data-now="\d+"/g, 'data-now=""')
    .replace(/data-component="(\w+)_\d+"/g, 'data-component="$1"');

async function session(site) {
  if (as < 0) return "";
  const answer = await fetch(`${site}/api/fn/log_in`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: site, accept: "text/html" },
    body: new URLSearchParams({ email: argv[as + 1], password: argv[as + 2], next: "/" }),
  });
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith("madang="));
  if (!cookie) throw new Error(`${site}: signing in gave ${answer.status}`);
  return cookie.split(";")[0];
}

async function get(site, path, cookie) {
  const answer = await fetch(site + path, { redirect: "manual", headers: { cookie } });
  const type = answer.headers.get("content-type") ?? "";
  const heads = ["content-type", "cache-control", "location", "content-disposition", "content-security-policy"];
  const head = heads.map((name) => `${name}: ${answer.headers.get(name) ?? ""}`).join("\n");
  return { type, raw: `${answer.status}\n${head}\n\n${await answer.text()}` };
}

const PROGRAMS = ["", "/leaderboard", "/leaderboard?board=private", "/leaderboard.csv", "/leaderboard/statistics", "/commitment", "/submissions", "/quota", "/notices", "/notices.atom"];
const sessions = [await session(before), await session(after)];
const found = new Map();
for (const who of as < 0 ? ["visitor"] : ["visitor", "signed in"]) {
  for (const lang of ["ko", "en"]) {
    const cookies = sessions.map((cookie) => `lang=${lang}${who === "visitor" ? "" : `; ${cookie}`}`);
    const todo = ["/", "/design", "/signup", "/api/v1/openapi.json", "/api/v1/competitions", "/api/v1/me", "/none", "/favicon.svg", "/robots.txt"];
    const seen = new Set(todo);
    for (let at = 0; at < todo.length && at < MOST; at += 1) {
      const path = todo[at];
      const [one, two] = await Promise.all([get(before, path, cookies[0]), get(after, path, cookies[1])]);
      if (blank(one.raw) !== blank(two.raw)) found.set(`${who}, ${lang}: ${path}`, [blank(one.raw), blank(two.raw)]);
      if (!one.type.startsWith("text/html")) continue;
      for (const [, link] of one.raw.matchAll(/href="(\/[^"#]*)/g)) {
        const next = link.replaceAll("&amp;", "&");
        const slug = next.match(/^\/competitions\/([\w-]+)$/)?.[1];
        const more = slug ? PROGRAMS.map((rest) => `/api/v1/competitions/${slug}${rest}`) : [];
        for (const address of [next, ...more]) {
          if (!seen.has(address) && !address.startsWith("/assets/")) {
            seen.add(address);
            todo.push(address);
          }
        }
      }
    }
    console.log(`${who}, ${lang}: ${Math.min(todo.length, MOST)} addresses`);
  }
}
for (const [name, [one, two]] of found) {
  const at = [...one].findIndex((letter, index) => letter !== two[index]);
  console.log(`\n${name}\n  - ${JSON.stringify(one.slice(Math.max(0, at - 80), at + 160))}\n  + ${JSON.stringify(two.slice(Math.max(0, at - 80), at + 160))}`);
}
console.log(`\n${found.size} differ`);
exit(found.size > 0 ? 1 : 0);
