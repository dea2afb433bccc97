/** All that can be read in a store without its key: what is packed is unpacked. */
import { DatabaseSync } from "node:sqlite";
import { unpack } from "../../src/adapters/sqlite/packed.ts";
import { temporaryFolder } from "../fakes/temporary_folder.ts";
import type { Files } from "./power_cut.ts";

export function plainTexts(files: Files): readonly string[] {
  using folder = temporaryFolder();
  for (const [name, bytes] of files) Deno.writeFileSync(`${folder.path}/${name}`, bytes);
  const raw = [...files.values()].map((bytes) => new TextDecoder("latin1").decode(bytes));
  if (!files.has("skerry.db")) return raw;
  const database = new DatabaseSync(`${folder.path}/skerry.db`);
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM ${name}`).all());
    return [...raw, ...rows.flatMap((row) => Object.values(row).map(textOf))];
  } finally {
    database.close();
  }
}

function textOf(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  try {
    return unpack(value);
  } catch {
    return new TextDecoder("latin1").decode(value);
  }
}
