// Letters that the server has sent into its folder.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The plain text of each letter to an address, in no order. */
export async function lettersTo(folder: string, address: string): Promise<string[]> {
  const mail = join(folder, "data/mail");
  const names = await readdir(mail).catch(() => []);
  const letters = await Promise.all(names.filter(name => name.endsWith(".eml")).map(name => readFile(join(mail, name), "utf8")));
  return letters.filter(text => text.includes(`To: ${address}`) || text.includes(`To: <${address}>`)).map(plain);
}

/** Of the plain part: base64 lines until the part ends. */
function plain(letter: string): string {
  const [, encoded = ""] = /text\/plain[^]*?base64\r?\n\r?\n([^-]*)/.exec(letter) ?? [];
  return encoded === "" ? letter.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=") : Buffer.from(encoded, "base64").toString("utf8");
}
