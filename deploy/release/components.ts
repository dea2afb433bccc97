/** What a release is made of besides Skerry's own code: for the bill of materials and the book of licences. */
import type { DenoRuntime } from "./deno_runtime.ts";
import { bundledPackages } from "./bundled.ts";
import { type License, licenseOf, ownText } from "./licenses.ts";
import { type Lock, type LockedPackage, readLock } from "./lock.ts";
import { npmFolders } from "./npm_folders.ts";
import { type Component, npmPurl } from "./sbom.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A component and the text of its licence. */
export interface Part {
  readonly component: Component;
  readonly license: License;
}

async function sourcesOf(map: string): Promise<readonly string[]> {
  return (JSON.parse(await Deno.readTextFile(map)) as { readonly sources: string[] }).sources;
}

function component(
  { name, version, sha512, dependencies }: LockedPackage,
  { license, lock, bundled }: { license: License; lock: Lock; bundled: ReadonlySet<string> },
): Component {
  const inside = dependencies.filter((id) => bundled.has(id)).flatMap((id) => lock.get(id) ?? []);
  return {
    name,
    version,
    license: license.expression,
    purl: npmPurl({ name, version }),
    hash: { alg: "SHA-512", content: sha512 },
    dependsOn: inside.map(npmPurl).sort(),
  };
}

/** The npm packages of the bundle whose source map is the file `map`. */
export async function packageParts(map: string): Promise<readonly Part[]> {
  const lock = readLock(await Deno.readTextFile(`${ROOT}deno.lock`));
  const folders = await npmFolders({ module: "main.ts", cwd: ROOT });
  const ids = bundledPackages({ sources: await sourcesOf(map), folders, lock });
  const bundled = new Set(ids);
  return await Promise.all(ids.map(async (id) => {
    const [locked, folder] = [lock.get(id), folders.get(id)];
    if (locked === undefined || folder === undefined) throw new Error(`${id} is in no lock`);
    const license = await licenseOf(locked.name, folder);
    return { component: component(locked, { license, lock, bundled }), license };
  }));
}

/** Deno: the whole runtime, or where there is none the part of it that stands in front of a compiled program. */
export async function denoPart(runtime: DenoRuntime | undefined): Promise<Part> {
  const license = { expression: "MIT", text: await ownText("deno") };
  const shared = { license: license.expression, dependsOn: [] };
  if (runtime === undefined) {
    const version = Deno.version.deno;
    const purl = `pkg:github/denoland/deno@v${version}`;
    return { license, component: { ...shared, name: "deno", version, purl } };
  }
  const { name, version, sha256 } = runtime;
  const hash = { alg: "SHA-256", content: sha256 } as const;
  return { license, component: { ...shared, name, version, purl: npmPurl(runtime), hash } };
}
