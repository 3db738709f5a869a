// Real models' predictions for the demo's open competition, as files to hand in. Plain JavaScript for tools/screenshots.mjs.
import { readFileSync } from "node:fs";

/**
 * A file of demo/breast-cancer/submissions.
 * @param {string} file
 */
export function submission(file) {
  return readFileSync(new URL(`../../demo/breast-cancer/submissions/${file}`, import.meta.url), "utf8");
}

/**
 * The same with three mistakes: 1.2 in line 43, an id that stands there a second time in line 200, and one that is missing for it.
 * @param {string} file
 */
export function spoiled(file) {
  const lines = submission(file).trimEnd().split("\n");
  // Lines of a file are counted from 1.
  const [high, second, first] = [42, 199, 9];
  /** @param {number} line */
  const idOf = line => (lines[line] ?? "").split(",")[0] ?? "";
  const [missing, twice] = [idOf(second), idOf(first)];
  lines[high] = `${idOf(high)},1.2`;
  lines[second] = lines[first] ?? "";
  return { text: `${lines.join("\n")}\n`, missing, twice };
}
