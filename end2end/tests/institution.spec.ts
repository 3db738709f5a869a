// Log-in by an institution: a real provider of OpenID Connect (npm: oidc-provider), and the server that knows it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { seriousFindings } from "../support/axe.ts";
import { startMadang } from "../support/server.mjs";
import { expect, test } from "../support/test.ts";

const script = fileURLToPath(new URL("../../platform/src/testing/oidc-provider.mjs", import.meta.url));

test("someone comes by the log-in of their institution, makes an account, and is in the next time", async ({ browser }) => {
  const place = await institution();
  try {
    const context = await browser.newContext({ baseURL: place.url, locale: "ko-KR" });
    const page = await context.newPage();
    await page.goto("/login?next=/guide");
    await page.getByRole("link", { name: "마당대병원으로 로그인" }).click();
    await page.getByLabel("Name").fill("saebom");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "처음 오셨네요" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("saebom@example.kr");
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await seriousFindings(page, "all")).toEqual([]);
    await page.getByRole("textbox", { name: "이름", exact: true }).fill("한새봄");
    await page.getByRole("button", { name: "가입하기" }).click();
    await expect(page).toHaveURL(`${place.url}/guide`);
    await expect(page.getByRole("button", { name: "한새봄님의 메뉴" })).toBeVisible();
    await page.goto("/account/security");
    await expect(page.getByRole("main")).toContainText("기관 계정으로 로그인");
    await page.goto("/login/institution?problem=institution_down");
    await expect(page.getByRole("heading", { level: 1, name: "기관 계정으로 로그인" })).toBeVisible();
    expect(await seriousFindings(page, "all")).toEqual([]);
    await context.close();

    // Without a script, in another browser.
    const other = await browser.newContext({ baseURL: place.url, locale: "ko-KR", javaScriptEnabled: false });
    const again = await other.newPage();
    await again.goto("/login");
    await again.getByRole("link", { name: "마당대병원으로 로그인" }).click();
    await again.getByLabel("Name").fill("saebom");
    await again.getByRole("button", { name: "Log in" }).click();
    await expect(again.getByRole("button", { name: "한새봄님의 메뉴" })).toBeVisible();
    await other.close();
  } finally {
    await place.stop();
  }
});

/** A server of its own whose institution is a provider beside it. */
async function institution(): Promise<{ url: string; stop: () => Promise<void> }> {
  let stopProvider = (): void => undefined;
  const madang = await startMadang([], async url => {
    const provider = spawn("node", [script, "--back", `${url}/login/institution/back`], { stdio: ["pipe", "pipe", "ignore"] });
    stopProvider = () => void provider.kill();
    const [line] = (await once(provider.stdout, "data")) as [Buffer];
    const { issuer } = JSON.parse(line.toString()) as { issuer: string };
    return {
      MADANG_OIDC_ISSUER: issuer,
      MADANG_OIDC_CLIENT_ID: "madang",
      MADANG_OIDC_CLIENT_SECRET: "a secret of at least thirty-two bytes",
      MADANG_OIDC_NAME: "마당대병원",
    };
  });
  return {
    url: madang.url,
    stop: async () => {
      stopProvider();
      await madang.stop();
    },
  };
}
