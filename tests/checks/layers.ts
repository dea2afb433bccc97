/** Fails when an import points upwards through the layers. Run: `deno run --allow-read=. tests/checks/layers.ts` */

/** What each layer may import from besides itself; npm packages are named by their bare specifier. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core"],
  agent: ["core", "ports"],
  server: ["core", "ports"],
  bridge: ["core", "ports"],
  adapters: ["core", "ports"],
  cli: ["core", "ports", "agent", "bridge", "server", "adapters"],
  main: ["cli"],
};

/** Packages that pure code may use: they do no I/O. The client library lends its types only. */
const pureImports = ["valibot", "yaml", "node:crypto", "node:zlib", "@kubernetes/client-node"];

/** What only the outermost layers may name. */
const forbiddenInCore = /\b(Deno\.|await\b|setTimeout\(|Date\.now\(|Math\.random\(|performance\.)/;

const importLine =
  /^\s*(?:import|export)\b[^"']*?from\s+["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/gm;

/** One thing that breaks the rules. */
export interface Finding {
  readonly file: string;
  readonly message: string;
}

/** Checks one file of `src` (or main.ts), given as its path from the root and its text. */
export function checkFile(
  { file, text }: { readonly file: string; readonly text: string },
): Finding[] {
  const layer = layerOf(file);
  const rules = allowed[layer];
  if (rules === undefined) return [{ file, message: `${layer} is not a layer` }];
  const isTest = file.endsWith("_test.ts");
  const imports = [...text.matchAll(importLine)].map(([, a, b]) => a ?? b ?? "");
  const wrong = imports.flatMap((specifier) => {
    if (isTest && specifier.includes("/tests/")) return [];
    const message = importProblem({ layer, rules, specifier, file, isTest });
    return message === null ? [] : [{ file, message }];
  });
  return layer === "core" && !isTest ? [...wrong, ...impurities({ file, text })] : wrong;
}

function importProblem(
  { layer, rules, specifier, file, isTest }: {
    readonly layer: string;
    readonly rules: readonly string[];
    readonly specifier: string;
    readonly file: string;
    readonly isTest: boolean;
  },
): string | null {
  if (!specifier.startsWith(".")) {
    const pure = layer !== "core" || isTest || pureImports.includes(specifier);
    return pure ? null : `core may not import "${specifier}"`;
  }
  const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
  const to = layerOf(target);
  if (to === layer || rules.includes(to)) return null;
  return `${layer} may not import ${target}: imports point downwards only`;
}

function impurities({ file, text }: { readonly file: string; readonly text: string }): Finding[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const found = forbiddenInCore.exec(code)?.[1];
  return found === undefined ? [] : [{ file, message: `core is pure, but uses "${found}"` }];
}

/** `src/core/pod/plan.ts` is of core; `main.ts` is a layer of its own. */
function layerOf(file: string): string {
  const [top, layer] = file.split("/");
  return top === "src" ? layer ?? "" : top === "main.ts" ? "main" : top ?? "";
}

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "gen") yield* sources(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

if (import.meta.main) {
  const files = [...sources("src"), "main.ts"];
  const findings = files.flatMap((file) => checkFile({ file, text: Deno.readTextFileSync(file) }));
  for (const { file, message } of findings) console.error(`${file}: ${message}`);
  if (findings.length > 0) Deno.exit(1);
}
