// axe-core in the page, for WCAG 2.2 A and AA and axe's own good practices.
import axe from "axe-core";
import type { Page } from "@playwright/test";

/** What has to do with colours alone, so that a second theme need not be asked everything again. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * What axe is not asked: whether a name contains the words that are seen (WCAG 2.5.3). It compares whole words, and Korean
 * puts particles behind them: `CSV로` contains `CSV`, `2쪽` contains `2`. `misnamed` looks at it instead.
 */
const RULES = { "label-content-name-mismatch": { enabled: false } };

/** Serious and critical findings, one line each. Playwright's own way into the page passes its content security policy. */
export async function seriousFindings(page: Page, what: "all" | "colours"): Promise<string[]> {
  await page.evaluate(`if (!window.axe) { ${axe.source} }`);
  return page.evaluate(async ([colours, rules]) => {
    const options = colours === null ? { rules } : { runOnly: { type: "rule" as const, values: colours } };
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} — ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ""}`),
      );
  }, [what === "all" ? null : COLOURS, RULES] as const);
}

/** Links and buttons whose name lacks what is seen on them, so that whoever speaks to the machine cannot call them. */
export function misnamed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, "");
    const seen = (node: Node): string => {
      if (node instanceof Text) return node.data;
      if (!(node instanceof HTMLElement) || node.ariaHidden === "true" || !node.checkVisibility()) return "";
      return [...node.childNodes].map(seen).join("");
    };
    return [...document.querySelectorAll<HTMLElement>("a[aria-label], button[aria-label]")]
      .filter(element => !plain(element.ariaLabel ?? "").includes(plain(seen(element))))
      .map(element => `${element.ariaLabel ?? ""} is seen as ${seen(element)}`);
  });
}
