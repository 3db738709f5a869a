// What a reader downloads: bytes of the built files as the server sends them (brotli, quality 11).
// `node tools/size.mjs --max 250000` ends with status 1 when scripts, WASM and styles are larger together.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist/assets");
const brotli = bytes => brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
}).length;

let total = 0;
for (const file of readdirSync(dist).filter(name => /\.(js|wasm|css)$/.test(name)).sort()) {
  const bytes = readFileSync(join(dist, file));
  const packed = brotli(bytes);
  total += packed;
  console.log(`${String(bytes.length).padStart(9)} ${String(packed).padStart(8)}  ${file.replace(/-[0-9a-f]{16}/, "")}`);
}
console.log(`${"".padStart(9)} ${String(total).padStart(8)}  JS + WASM + CSS, brotli`);

const max = Number(process.argv[process.argv.indexOf("--max") + 1]);
if (process.argv.includes("--max") && total > max) {
  console.error(`size: more than the ${max} bytes allowed`);
  process.exit(1);
}
