// Starts the real server on an installation of its own: a temporary folder, a free port, the demo inside.
// Plain JavaScript, because tools/screenshots.mjs uses it without a compiler.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** How long the demo and the start may take, and how long the server may take to end, in milliseconds. */
const READY_WITHIN = 60_000;
const STOPPED_WITHIN = 5_000;

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @typedef {object} Madang
 * @property {string} url without a slash at the end
 * @property {string} folder where it runs; its letters lie in data/mail
 * @property {() => string} log what the server has written until now
 * @property {(args: string[]) => void} command runs another command of the program beside the server
 * @property {() => Promise<void>} stop ends the server and removes its folder
 */

/** @returns {Promise<number>} a port that nobody listens on */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/**
 * Runs a command to its end.
 * @param {string} binary
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
async function run(binary, args, options) {
  const child = spawn(binary, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout?.on("data", chunk => (output += String(chunk)));
  child.stderr?.on("data", chunk => (output += String(chunk)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${binary} ${args.join(" ")} ended with ${String(code)}:\n${output}`);
}

/**
 * Loads the demo and serves it.
 * @param {string[]} folders further competitions to import
 * @param {(url: string) => Promise<Record<string, string>>} settings more of them, once its address is known
 * @returns {Promise<Madang>}
 */
export async function startMadang(folders = [], settings = () => Promise.resolve({})) {
  const binary = process.env["MADANG_BIN"] ?? join(root, "target/debug/madang");
  if (!existsSync(binary)) throw new Error(`${binary} is missing: build it with \`cargo build\` or name another in MADANG_BIN`);
  const folder = await mkdtemp(join(tmpdir(), "madang-end2end-"));
  const address = `127.0.0.1:${await freePort()}`;
  // Settings of the surrounding shell and a madang.toml of the repository shall not reach the tests.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MADANG_"));
  const env = {
    ...Object.fromEntries(inherited),
    MADANG_ADDR: address,
    MADANG_DATABASE_URL: `sqlite://${folder}/madang.db`,
    MADANG_STORAGE_URL: `file://${folder}/files`,
    MADANG_WORKERS: "2",
    MADANG_LOG: "warn",
    NO_COLOR: "1",
    ...(await settings(`http://${address}`)),
  };
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await run(binary, ["demo"], { cwd: folder, env });
    for (const competition of folders) await run(binary, ["competition", "import", competition], { cwd: folder, env });
  } catch (error) {
    await remove();
    throw error;
  }

  const child = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", chunk => (output += String(chunk)));
  child.stderr.on("data", chunk => (output += String(chunk)));
  // Whatever ends this process ends the server too.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (!isOver()) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const late = setTimeout(kill, STOPPED_WITHIN);
      await ended;
      clearTimeout(late);
    }
    process.removeListener("exit", kill);
    await remove();
  };

  const url = `http://${address}`;
  try {
    await ready(url, isOver);
  } catch (error) {
    await stop();
    throw new Error(`the server did not become ready:\n${output}`, { cause: error });
  }
  const command = (/** @type {string[]} */ args) => void execFileSync(binary, args, { cwd: folder, env, stdio: "ignore" });
  return { url, folder, log: () => output, command, stop };
}

/**
 * Asks until database and storage answer.
 * @param {string} url
 * @param {() => boolean} isOver
 */
async function ready(url, isOver) {
  const until = Date.now() + READY_WITHIN;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    if (isOver()) throw new Error("it ended");
    if (Date.now() > until) throw new Error(`no answer within ${READY_WITHIN} ms`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Debian's Chromium, and what it needs to run as root in a container. */
export const browser = {
  executablePath: process.env["MADANG_CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
};
