import { defineConfig, devices } from "@playwright/test";

import { browser } from "./support/server.mjs";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // Tests share the server of their worker and take a team of their own each, so files may run beside each other.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
    trace: "retain-on-failure",
    launchOptions: browser,
  },
});
