// Builds the browser bundle into dist/assets/: `node tools/bundle.mjs`. Its tools are those of tools/setup.sh.
//   style   tokens → base → components → competition → messages → pages, one minified file (the cascade layers keep their order)
//   fonts   Pretendard GOV's faces, one a unicode range; fonts/ holds their files, named by the package's version
//   app     the islands as WASM with wasm-bindgen's glue; boot and live are scripts as they stand
// Each name has a hash of what it holds; names.json tells them to server/build.rs. The folder appears when it is whole.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const work = join(root, "target/web");
const made = join(root, "dist/assets");
const dist = join(work, "assets");
const path = [join(root, ".tools/bin"), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
const fontPackage = join(root, "node_modules/pretendard-gov");
const sheets = ["tokens.css", "base.css", "components.css", "competition.css", "messages.css", "pages.css", "print.css"];
/** What every browser of the last years knows, and rustc uses. */
const features = ["bulk-memory", "mutable-globals", "multivalue", "nontrapping-float-to-int", "reference-types", "sign-ext"];

/** @type {Record<string, string>} */
const names = {};
const address = name => `/assets/${name}`;
const hash = content => createHash("sha256").update(content).digest("hex").slice(0, 16);
const minify = (name, code) => transform({ filename: name, code: Buffer.from(code), minify: true }).code;

function stop(why) {
  console.error(`bundle: ${why}`);
  process.exit(1);
}

function run(program, ...parameters) {
  const { status, error } = spawnSync(program, parameters, { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path } });
  if (error) stop(`${program}: ${error.message}`);
  if (status !== 0) process.exit(1);
}

/** Writes a file under a name that its content gives it. */
function put(kind, suffix, content) {
  const name = `${kind}-${hash(content)}.${suffix}`;
  writeFileSync(join(dist, name), content);
  names[kind] = address(name);
}

function islands() {
  // A library of its own kind here alone: on the server it would be linked for nothing, and hold up what comes after it.
  run("cargo", "rustc", "--package", "app", "--lib", "--crate-type", "cdylib", "--features", "hydrate", "--target", "wasm32-unknown-unknown", "--profile", "wasm-release", "--target-dir", "target");
  run("wasm-bindgen", "--target", "web", "--no-typescript", "--out-dir", work, "--out-name", "app", "target/wasm32-unknown-unknown/wasm-release/app.wasm");
  if (existsSync(join(work, "snippets"))) stop("a dependency brings scripts of its own, which nothing here serves");
  run("wasm-opt", "-Oz", ...features.map(name => `--enable-${name}`), "-o", join(work, "app.wasm"), join(work, "app_bg.wasm"));
  return { glue: readFileSync(join(work, "app.js")), wasm: readFileSync(join(work, "app.wasm")) };
}

function fonts() {
  const { version } = JSON.parse(readFileSync(join(fontPackage, "package.json"), "utf8"));
  const source = join(fontPackage, "dist/web/variable");
  const folder = `fonts/pretendard-gov-${version}`;
  mkdirSync(join(dist, folder), { recursive: true });
  for (const file of readdirSync(join(source, "woff2-dynamic-subset"))) {
    copyFileSync(join(source, "woff2-dynamic-subset", file), join(dist, folder, file.replace("PretendardGOVVariable.subset.", "")));
  }
  copyFileSync(join(fontPackage, "dist/LICENSE.txt"), join(dist, folder, "LICENSE.txt"));
  names.fonts_folder = address(folder);
  const css = readFileSync(join(source, "pretendardvariable-gov-dynamic-subset.css"), "utf8")
    .replaceAll("./woff2-dynamic-subset/PretendardGOVVariable.subset.", `${folder}/`);
  return minify("fonts.css", css);
}

rmSync(work, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
// First what takes no time: a mistake in a style is told at once.
put("style", "css", minify("style.css", sheets.map(name => readFileSync(join(root, "style", name), "utf8")).join("\n")));
put("fonts", "css", fonts());
for (const script of ["boot", "live"]) put(script, "js", readFileSync(join(root, `app/${script}.js`)));
for (const picture of ["icons.svg", "covers.svg"]) copyFileSync(join(root, "app", picture), join(dist, picture));
const { glue, wasm } = islands();
put("app", "js", glue);
put("wasm", "wasm", wasm);
writeFileSync(join(dist, "names.json"), `${JSON.stringify(names, null, 2)}\n`);
rmSync(made, { recursive: true, force: true });
mkdirSync(dirname(made), { recursive: true });
renameSync(dist, made);
