/** Collects under which licence each npm package stands, and that licence's text. */
import { BuildError } from "../bundle.ts";

/** A package's licence. */
export interface License {
  /** As an SPDX expression, from its package.json. */
  readonly expression: string;
  readonly text: string;
}

/** Texts of what comes without one, as NAME.txt. */
const OWN_TEXTS = new URL("../licenses/", import.meta.url).pathname;
const TEXT_NAME = /^(licen[cs]e|copying|notice|copyrightnotice)/i;

async function textsIn(folder: string): Promise<readonly string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder)))
    .filter(({ name, isFile }) => isFile && TEXT_NAME.test(name))
    .map(({ name }) => name).sort();
  return await Promise.all(names.map((name) => Deno.readTextFile(`${folder}/${name}`)));
}

/** A text that is kept in this tree. Throws {@linkcode BuildError} where there is none. */
export async function ownText(name: string): Promise<string> {
  return await Deno.readTextFile(`${OWN_TEXTS}${name}.txt`).catch(() => {
    throw new BuildError(`${name} comes without a licence's text; put it into deploy/licenses`);
  });
}

/** The licence of the package that lies in `folder`. Throws {@linkcode BuildError} where it does not say. */
export async function licenseOf(name: string, folder: string): Promise<License> {
  const { license } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  if (typeof license !== "string") throw new BuildError(`${name} does not say its licence`);
  const texts = await textsIn(folder);
  const text = texts.length > 0 ? texts.join("\n") : await ownText(name);
  return { expression: license, text };
}

/** All of them in one text. */
export function licenseBook(
  chapters: readonly { readonly title: string; readonly license: License }[],
): string {
  const head =
    "What Skerry is made of besides its own code (see LICENSE), and how that is licensed.\n";
  const body = chapters.map(({ title, license }) =>
    `${"=".repeat(80)}\n${title}: ${license.expression}\n\n${license.text.trim()}\n`
  );
  return [head, ...body].join("\n");
}
