/** The software bill of materials of a release, as CycloneDX 1.5 JSON. */

/** A part of the program. */
export interface Component {
  /** With its scope, where it has one. */
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier or expression. */
  readonly license: string;
  /** @see https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** Of the package's archive (SHA-512) or of the program itself (SHA-256), where it is known. */
  readonly hash?: { readonly alg: "SHA-256" | "SHA-512"; readonly content: string };
  /** Package URLs of components of the same bill. */
  readonly dependsOn: readonly string[];
}

/** What a bill is made of. */
export interface Bill {
  readonly version: string;
  /** The release's name of the architecture. */
  readonly arch: string;
  /** Seconds since 1970 that are told as the time of making. */
  readonly epoch: number;
  readonly components: readonly Component[];
}

/** The package URL of a package of npm's registry. */
export function npmPurl({ name, version }: { name: string; version: string }): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function licenses(license: string): readonly unknown[] {
  return /[ (]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

function componentJson({ name, version, license, purl, hash }: Component): unknown {
  const [group, rest] = name.startsWith("@") ? name.split("/", 2) : [undefined, name];
  return {
    type: "library",
    "bom-ref": purl,
    ...(group === undefined ? {} : { group }),
    name: rest,
    version,
    ...(hash === undefined ? {} : { hashes: [hash] }),
    licenses: licenses(license),
    purl,
  };
}

/** A number that is the same for the same content, in the form of a UUID (version 8: of the maker's own making). */
async function serialNumber(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = new Uint8Array(digest).toHex();
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return `urn:uuid:${parts.join("-")}-${hex.slice(20, 32)}`;
}

/**
 * The text of the bill: the same for the same input.
 *
 * @see https://cyclonedx.org/docs/1.5/json/
 */
export async function sbom({ version, arch, epoch, components }: Bill): Promise<string> {
  const purl = `pkg:generic/skerry@${version}?arch=${arch}`;
  const all = components.toSorted((a, b) => a.purl < b.purl ? -1 : 1);
  const program = { type: "application", "bom-ref": purl, name: "skerry", version };
  const body = {
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      component: { ...program, licenses: licenses("Apache-2.0"), purl },
    },
    components: all.map(componentJson),
    dependencies: [
      { ref: purl, dependsOn: all.map((each) => each.purl) },
      ...all.map((each) => ({ ref: each.purl, dependsOn: each.dependsOn })),
    ],
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: await serialNumber(JSON.stringify(body)),
  };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}
