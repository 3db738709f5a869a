// Trunk's pre-build hook: turns style/ and the font package into what index.html names, under target/web/.
//   style.css   tokens → base → components → competition → messages → pages, one minified file (the cascade layers keep their order)
//   fonts.css   Pretendard GOV's faces, one a unicode range; fonts/ holds their files, named by the package's version
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "target/web");
const fontPackage = join(root, "node_modules/pretendard-gov");
const sheets = ["tokens.css", "base.css", "components.css", "competition.css", "messages.css", "pages.css"];

const minify = (name, code) => transform({ filename: name, code: Buffer.from(code), minify: true }).code;

function style() {
  return minify("style.css", sheets.map((name) => readFileSync(join(root, "style", name), "utf8")).join("\n"));
}

function fonts() {
  const { version } = JSON.parse(readFileSync(join(fontPackage, "package.json"), "utf8"));
  const source = join(fontPackage, "dist/web/variable");
  const folder = `fonts/pretendard-gov-${version}`;
  mkdirSync(join(out, folder), { recursive: true });
  for (const file of readdirSync(join(source, "woff2-dynamic-subset"))) {
    copyFileSync(join(source, "woff2-dynamic-subset", file), join(out, folder, file.replace("PretendardGOVVariable.subset.", "")));
  }
  copyFileSync(join(fontPackage, "dist/LICENSE.txt"), join(out, folder, "LICENSE.txt"));
  const css = readFileSync(join(source, "pretendardvariable-gov-dynamic-subset.css"), "utf8")
    .replaceAll("./woff2-dynamic-subset/PretendardGOVVariable.subset.", `${folder}/`);
  return minify("fonts.css", css);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "style.css"), style());
writeFileSync(join(out, "fonts.css"), fonts());
