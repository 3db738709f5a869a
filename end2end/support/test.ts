// `test` and `expect` of every browser test: a server of the worker's own, and a watch on what goes wrong unseen.
import { test as base, expect, type BrowserContext, type BrowserContextOptions, type Page, type TestInfo } from "@playwright/test";

import { startMadang, type Madang } from "./server.mjs";

/**
 * The browser skips the transition from page to page when a page is painted early or left soon, and reports the promise that no
 * script has asked for (w3c/csswg-drafts#13726).
 */
const SKIPPED_TRANSITION = /uncaught (Abort|InvalidState|Timeout)Error: Transition was /;

/** What browsers and server complained about during a test. */
export class Faults {
  readonly #seen: string[] = [];
  readonly #allowed: RegExp[] = [SKIPPED_TRANSITION];

  watch(context: BrowserContext): void {
    context.on("console", message => {
      // A violated content security policy is reported as an error too.
      if (message.type() === "error") this.#seen.push(`${message.page()?.url() ?? "?"}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", fault => {
      this.#seen.push(`${fault.page()?.url() ?? "?"}: uncaught ${String(fault.error())}`);
    });
  }

  /** The test itself causes this one. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  get unexpected(): string[] {
    return this.#seen.filter(text => !this.#allowed.some(pattern => pattern.test(text)));
  }
}

interface OwnFixtures {
  faults: Faults;
  /** A page of another person: a browser context of its own, with the same language and screen unless told otherwise. */
  someoneElse: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  madang: Madang;
}

async function keepLog(info: TestInfo, log: string): Promise<void> {
  if (info.status !== info.expectedStatus && log !== "") await info.attach("server.log", { body: log, contentType: "text/plain" });
}

export const test = base.extend<OwnFixtures, WorkerFixtures>({
  madang: [
    async ({}, use) => {
      const madang = await startMadang();
      await use(madang);
      await madang.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ madang }, use) => {
    await use(madang.url);
  },

  faults: [
    async ({ context, madang }, use, info) => {
      const before = madang.log().length;
      const faults = new Faults();
      faults.watch(context);
      await use(faults);
      const log = madang.log().slice(before);
      await keepLog(info, log);
      expect(faults.unexpected, "errors in the browsers' consoles").toEqual([]);
      expect(
        log.split("\n").filter(line => /panicked| ERROR /.test(line)),
        "errors in the server's log",
      ).toEqual([]);
    },
    { auto: true },
  ],

  someoneElse: async ({ browser, faults }, use) => {
    const opened: BrowserContext[] = [];
    await use(async options => {
      const context = await browser.newContext(options);
      opened.push(context);
      faults.watch(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
});

export { expect };
