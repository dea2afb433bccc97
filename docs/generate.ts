/** Writes docs/compatibility.md from the support markers of the pod schema, the scenarios of the comparison with the kubelet and the exceptions of the conformance run, and the tables of docs/configuration.md and docs/metrics.md. Run: `deno task docs`, with `--check` to compare. */
import { writeConfigurationTables } from "./configuration_tables.ts";
import { CONFORMANCE_EXCEPTIONS } from "../tests/conformance/exceptions.ts";
import { conformanceSection } from "./conformance_section.ts";
import { k3sSection } from "./k3s_section.ts";
import { writeMetricsTables } from "./metrics_tables.ts";
import { SCENARIOS } from "../tests/differential/scenarios.ts";
import { comparisonSection } from "./kubelet_comparison.ts";
import { podSchema } from "../src/core/pod/schema/pod.ts";
import { type AnySchema, type Support, viewOf } from "../src/core/pod/schema/support.ts";

const page = new URL("compatibility.md", import.meta.url);

const head =
  `<!-- Made from src/core/pod/schema, tests/differential/scenarios and tests/conformance/exceptions.ts by \`deno task docs\`. Do not edit. -->

# Pod fields

Every field of a v1.Pod, as Kubernetes' client library knows it, and what Skerry does with it.

| word | meaning |
|---|---|
| yes | acted on as the kubelet does |
| in part | only the values that the remark names; a pod with others is refused |
| accepted | allowed; there is nothing for this node to do |
| scheduler | read by the scheduler only; there is nothing for any node to do |
| **no** | a pod that uses the field is refused with the reason \`UnsupportedField\` and a message that names it; empty lists pass. An ephemeral container that uses it waits with the reason \`CreateContainerConfigError\`, and its pod goes on |

A field that is none of these does not exist: the manifest is not read, and the file and line are named.
`;

const words: Readonly<Record<Support["level"], string>> = {
  supported: "yes",
  accepted: "accepted",
  scheduler: "scheduler",
  unsupported: "**no**",
};

function wordFor({ level, harmless, note }: Support): string {
  return harmless !== undefined && note !== "" ? "in part" : words[level];
}

interface Row {
  readonly path: string;
  readonly support: Support;
}

/** One section of the page: the fields below a path are told in a table of their own. */
interface Section {
  readonly title: string;
  readonly under: string;
}

const sections: readonly Section[] = [
  { title: "Pod", under: "" },
  { title: "Metadata", under: "metadata" },
  { title: "Spec", under: "spec" },
  { title: "Containers", under: "spec.containers[]" },
  { title: "Init containers", under: "spec.initContainers[]" },
  { title: "Ephemeral containers", under: "spec.ephemeralContainers[]" },
  { title: "Volumes", under: "spec.volumes[]" },
];

/** The whole page. */
export function compatibilityTable(): string {
  const rows = rowsOf({ schema: podSchema, path: "" });
  const tables = sections.map((section) => sectionText(section, rows));
  return [
    head,
    ...tables,
    comparisonSection(SCENARIOS),
    conformanceSection(CONFORMANCE_EXCEPTIONS),
    k3sSection(),
  ]
    .join("\n");
}

function sectionText(section: Section, rows: readonly Row[]): string {
  const own = rows.filter(({ path }) => sectionOf(path) === section);
  const lines = own.map(({ path, support }) =>
    `| \`${below(path, section)}\` | ${wordFor(support)} | ${support.note} |`
  );
  const title = section.under === "" ? section.title : `${section.title}: \`${section.under}\``;
  return `## ${title}\n\n| field | supported | remark |\n|---|---|---|\n${lines.join("\n")}\n`;
}

/** The innermost section that a field lies below. */
function sectionOf(path: string): Section | undefined {
  return sections.findLast(({ under }) => under === "" || path.startsWith(`${under}.`));
}

function below(path: string, { under }: Section): string {
  return under === "" ? path : path.slice(under.length + 1);
}

/** What lies inside a field that is not acted on shares its fate and gets no row. */
function rowsOf(
  { schema, path }: { readonly schema: AnySchema; readonly path: string },
): readonly Row[] {
  const { support, shape } = viewOf(schema);
  const own = support === undefined || path === "" ? [] : [{ path, support }];
  if (support !== undefined && support.level !== "supported") return own;
  if (shape.kind === "list") return [...own, ...rowsOf({ schema: shape.item, path: `${path}[]` })];
  if (shape.kind !== "object") return own;
  const prefix = path === "" ? "" : `${path}.`;
  const fields = Object.entries(shape.entries).flatMap(([name, field]) =>
    rowsOf({ schema: field, path: prefix + name })
  );
  return [...own, ...fields];
}

if (import.meta.main) {
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(page, compatibilityTable());
    await writeConfigurationTables();
    await writeMetricsTables();
  } else if (await Deno.readTextFile(page) !== compatibilityTable()) {
    console.error("docs/compatibility.md is out of date; run `deno task docs`");
    Deno.exit(1);
  }
}
