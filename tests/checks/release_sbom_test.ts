/** What a release says of the parts that it is made of: read from a lock and a source map, written as a bill of materials. */
import assert from "node:assert/strict";
import { BuildError } from "../../deploy/bundle.ts";
import { ARCHES } from "../../deploy/denort.ts";
import { bundledPackages } from "../../deploy/release/bundled.ts";
import { pinnedDigest, pinOf } from "../../deploy/release/deno_runtime.ts";
import { licenseBook } from "../../deploy/release/licenses.ts";
import { closure, readLock } from "../../deploy/release/lock.ts";
import { type Component, npmPurl, sbom } from "../../deploy/release/sbom.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Sixty-four bytes of the same value. */
const integrity = (byte: number) => `sha512-${new Uint8Array(64).fill(byte).toBase64()}`;

const LOCK = readLock(JSON.stringify({
  npm: {
    "@a/one@1.0.0": { integrity: integrity(1), dependencies: ["two@2.1.0", "three"] },
    "two@1.9.0": { integrity: integrity(2) },
    "two@2.1.0": { integrity: integrity(3), dependencies: ["three"] },
    "three@3.0.0_two@1.9.0": { integrity: integrity(4), dependencies: ["@a/one"] },
    "worker-timers@8.0.0": { integrity: integrity(5), dependencies: ["worker-timers-worker"] },
    "worker-timers-worker@9.0.0": { integrity: integrity(6), dependencies: ["two@1.9.0"] },
  },
}));

Deno.test("a lock tells names, versions, digests and what is needed", () => {
  const { name, version, sha512, dependencies } = LOCK.get("@a/one@1.0.0")!;
  assert.deepEqual([name, version], ["@a/one", "1.0.0"]);
  assert.equal(sha512, "01".repeat(64));
  assert.deepEqual(dependencies, ["two@2.1.0", "three@3.0.0_two@1.9.0"]);
  assert.equal(LOCK.get("three@3.0.0_two@1.9.0")!.version, "3.0.0");
});

Deno.test("what a package needs is followed, also in a circle", () => {
  assert.deepEqual(
    [...closure(LOCK, ["@a/one"])].sort(),
    ["@a/one@1.0.0", "three@3.0.0_two@1.9.0", "two@2.1.0"],
  );
});

Deno.test("an integrity that is no SHA-512 is refused", () => {
  const text = JSON.stringify({ npm: { "one@1.0.0": { integrity: "sha1-AAAA" } } });
  assert.throws(() => readLock(text), BuildError);
});

const FOLDERS = new Map([...LOCK].map(([id]) => [id, `/cache/${id}`]));

Deno.test("the bundle has the packages that its source map names, and no others", () => {
  const sources = ["/cache/two@2.1.0/index.js", "/cache/two@2.1.0/lib/a.js", "/src/main.ts"];
  assert.deepEqual(bundledPackages({ sources, folders: FOLDERS, lock: LOCK }), ["two@2.1.0"]);
});

Deno.test("code that a package carries in its own files counts too", () => {
  const sources = ["/cache/worker-timers@8.0.0/build/worker.js"];
  assert.deepEqual(
    bundledPackages({ sources, folders: FOLDERS, lock: LOCK }),
    ["two@1.9.0", "worker-timers-worker@9.0.0", "worker-timers@8.0.0"],
  );
});

Deno.test("a source map without a package is not believed", () => {
  const bundled = { sources: ["/src/main.ts"], folders: FOLDERS, lock: LOCK };
  assert.throws(() => bundledPackages(bundled), /names no npm package/);
});

const ONE: Component = {
  name: "@a/one",
  version: "1.0.0",
  license: "MIT",
  purl: npmPurl({ name: "@a/one", version: "1.0.0" }),
  hash: { alg: "SHA-512", content: "01".repeat(64) },
  dependsOn: ["pkg:npm/two@2.1.0"],
};
const TWO: Component = {
  name: "two",
  version: "2.1.0",
  license: "(Apache-2.0 AND BSD-3-Clause)",
  purl: npmPurl({ name: "two", version: "2.1.0" }),
  dependsOn: [],
};

const bill = (components: readonly Component[], epoch = 86_400) =>
  sbom({ version: "1.2.3", arch: "arm64", epoch, components });

Deno.test("the bill has package URLs, licences, digests and who needs whom", async () => {
  const { metadata, components, dependencies, ...head } = JSON.parse(await bill([TWO, ONE]));
  assert.deepEqual([head.bomFormat, head.specVersion, head.version], ["CycloneDX", "1.5", 1]);
  assert.equal(metadata.timestamp, "1970-01-02T00:00:00.000Z");
  assert.equal(metadata.component.purl, "pkg:generic/skerry@1.2.3?arch=arm64");
  assert.deepEqual(components, [
    {
      type: "library",
      "bom-ref": "pkg:npm/%40a/one@1.0.0",
      group: "@a",
      name: "one",
      version: "1.0.0",
      hashes: [ONE.hash],
      licenses: [{ license: { id: "MIT" } }],
      purl: "pkg:npm/%40a/one@1.0.0",
    },
    {
      type: "library",
      "bom-ref": "pkg:npm/two@2.1.0",
      name: "two",
      version: "2.1.0",
      licenses: [{ expression: TWO.license }],
      purl: "pkg:npm/two@2.1.0",
    },
  ]);
  assert.deepEqual(dependencies, [
    { ref: metadata.component.purl, dependsOn: [ONE.purl, TWO.purl] },
    { ref: ONE.purl, dependsOn: [TWO.purl] },
    { ref: TWO.purl, dependsOn: [] },
  ]);
});

Deno.test("the bill's number is made of its content", async () => {
  const number = async (text: Promise<string>) => JSON.parse(await text).serialNumber as string;
  const first = await number(bill([ONE, TWO]));
  assert.match(first, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(await number(bill([TWO, ONE])), first);
  assert.notEqual(await number(bill([ONE])), first);
});

Deno.test("the book of licences has a chapter for each", () => {
  const license = { expression: "ISC", text: "\nPermission to use\n\n" };
  const book = licenseBook([{ title: "a 1", license }, { title: "b 2", license }]);
  assert.match(book, /^What Skerry is made of.*\n\n=+\na 1: ISC\n\nPermission to use\n\n=+\nb 2: /);
});

Deno.test("the tree pins a runtime for each architecture", async () => {
  const pins = await Deno.readTextFile(`${ROOT}deploy/deno-runtime.sha256`);
  for (const arch of ARCHES) assert.match(pinOf(pins, arch) ?? "", /^[0-9a-f]{64}$/);
  assert.equal(pinOf("", "aarch64"), undefined);
});

Deno.test("a runtime that is not the pinned one is not released", async () => {
  await assert.rejects(
    pinnedDigest(`${ROOT}LICENSE`, "aarch64"),
    /LICENSE has the SHA-256 [0-9a-f]{64}; deploy\/deno-runtime\.sha256 asks for [0-9a-f]{64}$/,
  );
});
