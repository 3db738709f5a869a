// What `madang demo` loads, as far as the tests rely on it (see demo/).
import type { APIRequestContext, Page } from "@playwright/test";

import { submission } from "./files.mjs";
import { expect } from "./test.ts";

export { spoiled, submission } from "./files.mjs";

export const PASSWORD = "madang-demo-2026";
export const SUBMISSION_KEY = "madang-demo-key";

/** The open competition. */
export const OPEN = "/competitions/breast-cancer";
/** The closed one, whose private leaderboard is revealed. */
export const CLOSED = "/competitions/digits";
/** The one that has not begun. */
export const UPCOMING = "/competitions/diabetes";

export const email = (slug: string): string => `${slug}@madang.test`;

/** Rows of a submission, without the line about the columns. */
export const ROWS = 228;

/** Signs in without the page, for tests that are about something else. */
export async function signIn(page: Page, slug: string): Promise<void> {
  const answer = await page.request.post("/api/fn/log_in", {
    form: { email: email(slug), password: PASSWORD, next: "/" },
    maxRedirects: 0,
  });
  expect(answer.status(), `signing in as ${slug}`).toBeLessThan(400);
}

/** Waits until a submission that a program sent has a score or has failed. */
async function finished(request: APIRequestContext, id: string, headers: Record<string, string>): Promise<void> {
  await expect
    .poll(async () => {
      const answer = await request.get(`/api/v1/submissions/${id}`, { headers });
      return ((await answer.json()) as { status: string }).status;
    })
    .toMatch(/scored|failed/);
}

/** Submits as a program does, and waits for the score. */
export async function submitAsProgram(request: APIRequestContext, slug: string, file: string): Promise<void> {
  const headers = { Authorization: `Basic ${Buffer.from(`${email(slug)}:${PASSWORD}`).toString("base64")}` };
  const answer = await request.post(`/api/v1${OPEN}/submissions`, {
    headers,
    multipart: { memo: "", file: { name: file, mimeType: "text/csv", buffer: Buffer.from(submission(file)) } },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { submission: accepted } = (await answer.json()) as { submission: { id: string } };
  await finished(request, accepted.id, headers);
}

/** Lets a file go over the page, as a hand does. */
export async function drop(page: Page, name: string, text: string): Promise<void> {
  const carried = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: "text/csv" }));
      return transfer;
    },
    [name, text] as const,
  );
  const zone = page.getByText("CSV 파일을 여기에 끌어다 놓거나 골라 주세요");
  for (const event of ["dragenter", "dragover"]) await zone.dispatchEvent(event, { dataTransfer: carried });
  await page.getByRole("main").dispatchEvent("drop", { dataTransfer: carried });
}
