/** Tables of pages that are made from the code. A page holds them between `<!-- made by FILE: NAME -->` and `<!-- end -->`. */

/** By the name that the page gives them. */
export type Tables = Readonly<Record<string, () => string>>;

/** The page with the tables of one maker made anew. Throws when the page names a table that there is not. */
export function withMadeTables(
  page: string,
  { maker, tables }: { readonly maker: string; readonly tables: Tables },
): string {
  const marked = /(<!-- made by (\S+): (.+?) -->\n)[^]*?(<!-- end -->)/g;
  return page.replace(marked, (whole, start: string, by: string, name: string, end: string) => {
    if (by !== maker) return whole;
    const make = tables[name];
    if (make === undefined) throw new Error(`there is no table "${name}" by ${maker}`);
    return `${start}\n${make()}\n\n${end}`;
  });
}

/** In Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
