/** Writes the tables of docs/configuration.md from the schemas and the flags; `deno task docs` runs it. */
import { RUN_FLAGS, type RunFlag } from "../src/cli/config/flags.ts";
import { SKERRY_DEFAULTS } from "../src/cli/config/kinds.ts";
import { KUBELET_DEFAULTS } from "../src/cli/config/kubelet_defaults.ts";
import { kubeletSchema } from "../src/cli/config/kubelet_schema.ts";
import { markerOf } from "../src/cli/config/marker.ts";
import { skerrySchema } from "../src/cli/config/skerry_schema.ts";
import { type Tree, valueAt } from "../src/cli/config/tree.ts";
import { type AnySchema, viewOf } from "../src/core/pod/schema/support.ts";
import { table, type Tables, withMadeTables } from "./made_tables.ts";

/** The page that holds the tables between its own words. */
export const configurationPage = new URL("configuration.md", import.meta.url);

/** Defaults that other values give. */
const DERIVED: Readonly<Record<string, string>> = {
  serializeImagePulls: "`true`",
  certDir: "`pki` in `rootDir`",
  evictionHard:
    "`memory.available: 100Mi`, `nodefs.available: 10%`, `nodefs.inodesFree: 5%`, `imagefs.available: 15%`, `imagefs.inodesFree: 5%`",
  nodeStatusUpdateFrequency: "`10s`",
  nodeStatusReportFrequency: "`5m`",
  imagesDir: "`images` in `rootDir`",
  registryConfig: "`config.json` in `rootDir`",
  storeKeyFile: "`store.key` in `rootDir`, which is made",
  securityLog: "`security.log` in `rootDir`",
};

const TABLES: Tables = {
  flags: () => table(["flag", "field", "meaning"], RUN_FLAGS.map((flag) => flagRow(flag))),
  "fields that are acted on": () =>
    table(
      ["field", "flag", "default", "remark"],
      leaves(kubeletSchema).filter(({ acted }) => acted).map((leaf) =>
        fieldRow(leaf, KUBELET_DEFAULTS)
      ),
    ),
  "fields that are known": () =>
    leaves(kubeletSchema).filter(({ acted }) => !acted).map(({ path }) => `\`${path}\``).join(", "),
  "fields of Skerry": () =>
    table(
      ["field", "flag", "default", "remark"],
      leaves(skerrySchema).map((leaf) => fieldRow(leaf, SKERRY_DEFAULTS)),
    ),
};

/** The page with its tables made anew. Throws when the page names a table that there is not. */
export function withTables(page: string): string {
  return withMadeTables(page, { maker: "docs/configuration_tables.ts", tables: TABLES });
}

interface Leaf {
  readonly path: string;
  readonly acted: boolean;
  readonly note: string;
}

/** The fields with a marker; of a map whose fields have their own, those. */
function leaves(schema: AnySchema, prefix = ""): readonly Leaf[] {
  const { shape } = viewOf(schema);
  if (shape.kind !== "object") return [];
  return Object.entries(shape.entries).flatMap(([name, field]) => {
    const path = prefix + name;
    const inner = leaves(field, `${path}.`);
    const marker = markerOf(field);
    if (inner.length > 0) return inner;
    return marker === undefined ? [] : [{ path, ...marker }];
  });
}

function flagRow(flag: RunFlag): readonly string[] {
  const value = flag.type === "switch" ? "[=true\\|false]" : ` ${flag.value.toUpperCase()}`;
  const short = flag.short === undefined ? "" : `\`-${flag.short}\`, `;
  const field = flag.field === undefined ? "" : `\`${flag.field.path.join(".")}\``;
  return [`${short}\`--${flag.name}${value}\``, field, flag.summary];
}

function fieldRow({ path, note }: Leaf, defaults: Tree): readonly string[] {
  const flag = RUN_FLAGS.map((each): RunFlag => each)
    .find(({ field }) => field?.path.join(".") === path);
  const value = valueAt(defaults, path.split("."));
  const shown = DERIVED[path] ?? (value === undefined ? "" : `\`${yaml(value)}\``);
  return [`\`${path}\``, flag === undefined ? "" : `\`--${flag.name}\``, shown, note];
}

function yaml(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

/** Makes the tables of the page anew, where it lies. */
export async function writeConfigurationTables(): Promise<void> {
  const page = await Deno.readTextFile(configurationPage);
  await Deno.writeTextFile(configurationPage, withTables(page));
}
