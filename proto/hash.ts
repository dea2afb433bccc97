/** A hash over the wire definitions, recorded beside the generated code so that a test can tell whether it is up to date. */

/** SHA-256 over names and contents of everything that decides what is generated, as hex. */
export async function protoHash(dir: string): Promise<string> {
  const parts: string[] = [];
  for (const path of await filesBelow(dir, "")) {
    parts.push(`${path}\0${await Deno.readTextFile(`${dir}/${path}`)}\0`);
  }
  const bytes = new TextEncoder().encode(parts.join(""));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function filesBelow(dir: string, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${dir}/${prefix}`)) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(dir, `${path}/`));
    else if (path.endsWith(".proto") || path === "generate.ts") found.push(path);
  }
  return found.toSorted();
}
