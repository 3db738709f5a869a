// axe-core in the page, for WCAG 2.2 A and AA and axe's own good practices.
import axe from "axe-core";
import type { Page } from "@playwright/test";

/** What has to do with colours alone, so that a second theme need not be asked everything again. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** Serious and critical findings, one line each. Playwright's own way into the page passes its content security policy. */
export async function seriousFindings(page: Page, what: "all" | "colours"): Promise<string[]> {
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  return page.evaluate(async colours => {
    const options = colours === null ? {} : { runOnly: { type: "rule" as const, values: colours } };
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} — ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ""}`),
      );
  }, what === "all" ? null : COLOURS);
}
