// Compares style/tokens.css with KRDS (npm krds-uiux): each colour with the step that its note names, light / dark.
// A value that is no KRDS step must say so (below, beside, between, toward). Ends with status 1 and a list otherwise.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const tokens = JSON.parse(readFileSync(join(root, "node_modules/krds-uiux/tokens/transformed_tokens.json"), "utf8"));
const steps = tokens.primitive.color.light;
const standsBeside = /^(below|beside|between|toward)\b/;

const problems = [];
let compared = 0;
for (const [number, line] of readFileSync(join(root, "style/tokens.css"), "utf8").split("\n").entries()) {
  const [, name, value, note = ""] = /^\s*(--[\w-]+):\s*(.*?);\s*(?:\/\*\s*(.*?)\s*\*\/)?/.exec(line) ?? [];
  const colours = value?.match(/#[0-9a-f]{6}\b(?![0-9a-f])/gi);
  if (!colours) continue;
  const report = text => problems.push(`style/tokens.css:${number + 1} ${name}: ${text}`);
  const parts = note.split(":")[0].split("/").map(part => part.trim());
  if (parts.length !== colours.length) {
    report(`${colours.length} colours, but the note names ${note ? parts.length : "none"}`);
    continue;
  }
  let family = "";
  for (const [index, part] of parts.entries()) {
    if (standsBeside.test(part)) continue;
    const [, named, step] = /^(?:([a-z]+) )?(\d+)$/.exec(part) ?? [];
    family = named ?? family;
    const expected = steps[family]?.[step]?.value;
    if (!expected) report(`"${part}" is no KRDS step`);
    else if (expected.toLowerCase() !== colours[index].toLowerCase()) report(`${colours[index]}, but ${family} ${step} is ${expected}`);
    compared += 1;
  }
}
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`check-tokens: ${compared} colours are their KRDS steps`);
