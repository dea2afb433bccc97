/** Reads the report that Kubernetes' suite writes of its specs. */

/** How one spec ended. */
export interface SpecResult {
  /** The spec's full text with its tags. */
  readonly name: string;
  readonly passed: boolean;
  /** What the suite said of its failure; empty for one that passed. */
  readonly failure: string;
}

const TESTCASE = /<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;
const FAILURE = /<(?:failure|error)\b[^>]*>(.*?)<\/(?:failure|error)>/s;
/** What ginkgo calls specs, beside nodes such as `[SynchronizedBeforeSuite]`. */
const SPEC_PREFIX = "[It] ";

/**
 * The specs that ran, in the report's order; those that the focus left out or that skipped themselves are none.
 *
 * @see https://github.com/onsi/ginkgo/blob/master/reporters/junit_report.go
 */
export function parseJunit(xml: string): readonly SpecResult[] {
  return [...xml.matchAll(TESTCASE)].flatMap(([, attributes = "", body = ""]) => {
    const name = attribute(attributes, { name: "name" });
    const status = attribute(attributes, { name: "status" });
    if (!name.startsWith(SPEC_PREFIX) || status === "skipped" || status === "pending") return [];
    const failure = unescape(FAILURE.exec(body)?.[1] ?? "").trim();
    return [{ name: name.slice(SPEC_PREFIX.length), passed: status === "passed", failure }];
  });
}

/** Whether the suite's time was over before all specs had ended: what ran then is told as interrupted. */
export function wasCut(xml: string): boolean {
  return [...xml.matchAll(TESTCASE)].some(([, attributes = ""]) =>
    ["interrupted", "aborted"].includes(attribute(attributes, { name: "status" }))
  );
}

function attribute(text: string, { name }: { readonly name: string }): string {
  return unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    return ENTITIES[name] ?? all;
  });
}
