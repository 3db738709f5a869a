// Letters: the server under test writes them into a folder.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "./test.ts";

/** Of the plain part: base64 lines until the part ends. */
function plain(letter: string): string {
  const [, encoded = ""] = /text\/plain[^]*?base64\r?\n\r?\n([^-]*)/.exec(letter) ?? [];
  return encoded === "" ? letter.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=") : Buffer.from(encoded, "base64").toString("utf8");
}

/** The plain text of each letter to an address, the newest last: they are named by ids, which sort by time. */
export async function lettersTo(folder: string, address: string): Promise<string[]> {
  const mail = join(folder, "data/mail");
  const names = await readdir(mail).catch(() => []);
  const letters = await Promise.all(names.filter(name => name.endsWith(".eml")).sort().map(name => readFile(join(mail, name), "utf8")));
  return letters.filter(text => text.includes(`To: ${address}`) || text.includes(`To: <${address}>`)).map(plain);
}

/** The link to a page in the newest letter to an address, once it was sent; to any page where none is named. */
export async function linkTo(folder: string, address: string, page = ""): Promise<string> {
  let link = "";
  await expect
    .poll(async () => {
      const letters = await lettersTo(folder, address);
      const links = letters.map(text => /https?:\/\/\S+\?key=[a-z0-9]+/.exec(text)?.[0] ?? "").filter(found => found.includes(`${page}?key=`));
      link = links.at(-1) ?? "";
      return link;
    })
    .not.toBe("");
  return link;
}
