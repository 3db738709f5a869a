import type { Page } from "@playwright/test";

import { misnamed, seriousFindings } from "../support/axe.ts";
import { OPEN, signIn } from "../support/demo.ts";
import { overflow } from "../support/pages.ts";
import { expect, test } from "../support/test.ts";

/** Brings files to the text as a hand does: pastes them or lets them go over it. */
async function bring(page: Page, event: "paste" | "drop", name: string, type: string, size: [number, number] | null): Promise<void> {
  await page.getByRole("textbox", { name: "내용" }).evaluate(
    async (field, [event, name, type, size]) => {
      let blob = new Blob(["이름,점수\n가람,0.9\n"], { type });
      if (size) {
        const canvas = new OffscreenCanvas(...size);
        const brush = canvas.getContext("2d");
        if (!brush) throw new Error("nothing to paint with");
        brush.fillStyle = "#0a7d6c";
        brush.fillRect(0, 0, ...size);
        blob = await canvas.convertToBlob({ type });
      }
      const carried = new DataTransfer();
      carried.items.add(new File([blob], name, { type }));
      const options = { bubbles: true, cancelable: true };
      const happens =
        event === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: carried })
          : new DragEvent("drop", { ...options, dataTransfer: carried });
      field.dispatchEvent(happens);
    },
    [event, name, type, size] as const,
  );
}

test("pictures are pasted and dropped into the text, files are listed under it, and both reach the post", async ({ page, someoneElse, faults }) => {
  // What is refused is an error to the console too.
  faults.allow(/422/);
  await signIn(page, "garam");
  const main = page.getByRole("main");
  await page.goto(`${OPEN}/boards/qna/new`);
  const text = main.getByRole("textbox", { name: "내용" });
  await main.getByLabel("제목").fill("그래프가 다르게 보여요");
  await text.fill("앞\n뒤");
  await text.evaluate((field: HTMLTextAreaElement) => {
    field.setSelectionRange(2, 2);
  });
  await bring(page, "paste", "image.png", "image/png", [2400, 1200]);
  await expect(text).toHaveValue(/^앞\n!\[image\]\(\/competitions\/breast-cancer\/boards\/files\/[-0-9a-f]+\)\n뒤$/);
  await bring(page, "drop", "점수.jpg", "image/jpeg", [40, 20]);
  await expect(text).toHaveValue(/!\[점수\]/);
  await bring(page, "drop", "점수표.csv", "text/csv", null);
  await expect(main.getByRole("checkbox", { name: "점수표.csv" })).toBeChecked();
  await expect(main.getByRole("status").filter({ hasText: "‘점수표.csv’ 첨부했어요." })).toBeVisible();
  await main.getByLabel("사진·파일 첨부").setInputFiles({ name: "실행.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") });
  await expect(main.getByRole("status").filter({ hasText: "실행.exe: 첨부할 수 없는 형식의 파일이 있어요." })).toBeVisible();
  await main.getByLabel("사진·파일 첨부").setInputFiles({ name: "메모.txt", mimeType: "text/plain", buffer: Buffer.from("메모") });
  await expect(main.getByRole("checkbox", { name: "메모.txt" })).toBeChecked();
  await main.getByRole("checkbox", { name: "메모.txt" }).uncheck();
  expect(await seriousFindings(page, "all")).toEqual([]);
  expect(await misnamed(page)).toEqual([]);

  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("heading", { level: 1, name: "그래프가 다르게 보여요" })).toBeVisible();
  const image = main.getByRole("img", { name: "image" });
  await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(2000);
  const list = main.getByRole("region", { name: "첨부파일 1개" });
  await expect(list.getByRole("link")).toHaveText("점수표.csv");
  expect(await seriousFindings(page, "all")).toEqual([]);

  const reader = await someoneElse();
  await reader.goto(page.url());
  const arrives = reader.waitForEvent("download");
  await reader.getByRole("link", { name: "점수표.csv" }).click();
  expect((await arrives).suggestedFilename()).toBe("점수표.csv");
  await reader.reload();
  await expect(reader.getByRole("region", { name: "첨부파일 1개" })).toContainText("내려받은 사람 1명");
  await reader.goto(`${OPEN}/boards/qna`);
  await expect(reader.getByRole("row", { name: /그래프가 다르게 보여요/ })).toContainText("첨부파일 있음");
});

test("a post sent while its files are still coming waits for them", async ({ page }) => {
  await signIn(page, "naru");
  const main = page.getByRole("main");
  await page.goto(`${OPEN}/boards/qna/new`);
  let go = (): void => undefined;
  const held = new Promise<void>(resolve => (go = resolve));
  await page.route("**/boards/files?board=qna", async route => {
    await held;
    await route.continue();
  });
  await main.getByLabel("제목").fill("보내는 중");
  await main.getByRole("textbox", { name: "내용" }).fill("글");
  await main.getByLabel("사진·파일 첨부").setInputFiles({ name: "늦은.txt", mimeType: "text/plain", buffer: Buffer.from("늦게") });
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("status").filter({ hasText: "파일을 다 올리면 글이 올라가요." })).toBeVisible();
  go();
  await expect(main.getByRole("region", { name: "첨부파일 1개" })).toContainText("늦은.txt");
});

test.describe("without a script, on a small screen", () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 390, height: 844 }, colorScheme: "dark" });

  test("files come with the form, and stay when it is refused", async ({ page }) => {
    await signIn(page, "organizer");
    const main = page.getByRole("main");
    await page.goto(`${OPEN}/boards/notice/new`);
    await main.getByLabel("제목").fill(" ");
    await main.getByRole("textbox", { name: "내용" }).fill("양식을 붙여요.");
    await main.getByLabel("사진·파일 첨부").setInputFiles({ name: "양식.txt", mimeType: "text/plain", buffer: Buffer.from("양식") });
    await main.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(main.getByText("제목을 1–120자로 적어 주세요.")).toBeVisible();
    await expect(main.getByRole("textbox", { name: "내용" })).toHaveValue("양식을 붙여요.");
    await expect(main.getByRole("checkbox", { name: "양식.txt" })).toBeChecked();
    await main.getByLabel("제목").fill("양식 안내");
    await main.getByRole("button", { name: "올리기", exact: true }).click();
    await expect(main.getByRole("region", { name: "첨부파일 1개" })).toContainText("양식.txt");
    await main.getByRole("link", { name: "수정", exact: true }).click();
    await main.getByRole("checkbox", { name: "양식.txt" }).uncheck();
    await main.getByRole("button", { name: "수정한 내용 올리기" }).click();
    await expect(main.getByRole("region", { name: "첨부파일 1개" })).toHaveCount(0);
  });
});

test("an editor and a post with files fit a small screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, "garam");
  const main = page.getByRole("main");
  await page.goto(`${OPEN}/boards/talk/new`);
  const long = `${"아주긴이름의파일".repeat(12)}.txt`;
  await main.getByLabel("제목").fill("긴 이름");
  await bring(page, "paste", "image.png", "image/png", [2400, 300]);
  await main.getByLabel("사진·파일 첨부").setInputFiles({ name: long, mimeType: "text/plain", buffer: Buffer.from("x") });
  await expect(main.getByRole("checkbox", { name: /아주긴이름/ })).toBeChecked();
  expect(await overflow(page)).toBe(0);
  await main.getByRole("button", { name: "올리기", exact: true }).click();
  await expect(main.getByRole("region", { name: "첨부파일 1개" })).toBeVisible();
  expect(await overflow(page)).toBe(0);
});
