/**
 * The kinds of names that Kubernetes knows. Each check gives what is wrong with a text, or nothing.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
import * as v from "valibot";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const relaxedLabel = "[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?";
const relaxedSubdomain = `${relaxedLabel}(\\.${relaxedLabel})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const words = "alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character";

const maxLabel = 63;
const maxSubdomain = 253;
const maxPortName = 15;

/** A container, volume, hostname or namespace: `my-name`. */
export function dnsLabel(text: string): readonly string[] {
  return [
    ...atMost(maxLabel, text),
    ...matching(text, {
      pattern: label,
      rule: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or " +
        "'-', and must start and end with an alphanumeric character",
      examples: ["my-name", "123-abc"],
    }),
  ];
}

/** A pod's name: `example.com`. */
export function dnsSubdomain(text: string): readonly string[] {
  return [
    ...atMost(maxSubdomain, text),
    ...matching(text, {
      pattern: subdomain,
      rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, " +
        "'-' or '.', and must start and end with an alphanumeric character",
      examples: ["example.com"],
    }),
  ];
}

/** A DNS search path: a subdomain that may have underscores and a dot at its end, or just a dot. */
export function searchPath(text: string): readonly string[] {
  if (text === ".") return [];
  const name = text.replace(/\.$/, "");
  return [
    ...atMost(maxSubdomain, name),
    ...matching(name, {
      pattern: relaxedSubdomain,
      rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, " +
        "'-', '_' or '.', and must start and end with an alphanumeric character or an underscore",
      examples: ["example.com"],
    }),
  ];
}

/** A port's name: `http`. */
export function portName(text: string): readonly string[] {
  return [
    ...atMost(maxPortName, text),
    ...unless(
      /^[-a-z0-9]+$/.test(text),
      "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    ),
    ...unless(/[a-z]/.test(text), "must contain at least one letter (a-z)"),
    ...unless(!text.includes("--"), "must not contain consecutive hyphens"),
    ...unless(!/^-|-$/.test(text), "must not begin or end with a hyphen"),
  ];
}

/** A port's number. */
export function portNumber(port: number): readonly string[] {
  return unless(port >= 1 && port <= 65_535, "must be between 1 and 65535, inclusive");
}

/** The name of a header of HTTP. */
export function httpHeaderName(text: string): readonly string[] {
  return matching(text, {
    pattern: "[-A-Za-z0-9]+",
    rule: "a valid HTTP header must consist of alphanumeric characters or '-'",
    examples: ["X-Header-Name"],
  });
}

/** An environment variable's name. */
export function envName(text: string): readonly string[] {
  return unless(
    /^[ -<>-~]+$/.test(text),
    "a valid environment variable name must consist only of printable ASCII characters other " +
      "than '='",
  );
}

/** A label's or annotation's key: `app` or `example.com/app`. */
export function qualifiedName(text: string): readonly string[] {
  const parts = text.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name must consist of ${words} (e.g. 'MyName') with an optional DNS subdomain ` +
      "prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  const [name = "", prefix] = parts.toReversed();
  return [...prefixPart(prefix), ...namePart(name)];
}

function prefixPart(prefix: string | undefined): readonly string[] {
  if (prefix === undefined) return [];
  if (prefix === "") return ["prefix part must be non-empty"];
  return dnsSubdomain(prefix).map((detail) => `prefix part ${detail}`);
}

function namePart(name: string): readonly string[] {
  if (name === "") return ["name part must be non-empty"];
  const examples = ["MyName", "my.name", "123-abc"];
  return [
    ...atMost(maxLabel, name),
    ...matching(name, { pattern: qualified, rule: `must consist of ${words}`, examples }),
  ].map((detail) => `name part ${detail}`);
}

/** A label's value; it may be empty. */
export function labelValue(text: string): readonly string[] {
  return [
    ...atMost(maxLabel, text),
    ...matching(text, {
      pattern: `(${qualified})?`,
      rule: `a valid label must be an empty string or consist of ${words}`,
      examples: ["MyValue", "my_value", "12345"],
    }),
  ];
}

/** A path that does not lead out of where it starts. */
export function stayingPath(text: string): readonly string[] {
  return unless(!text.split("/").includes(".."), "must not contain '..'");
}

const ipSchema = v.pipe(v.string(), v.ip());

/** An IPv4 or IPv6 address, without a zone such as `%eth0`. */
export function ipAddress(text: string): readonly string[] {
  return unless(
    v.is(ipSchema, text) && !text.includes("%"),
    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
  );
}

function unless(right: boolean, detail: string): readonly string[] {
  return right ? [] : [detail];
}

function atMost(bytes: number, text: string): readonly string[] {
  return unless(text.length <= bytes, `must be no more than ${bytes} bytes`);
}

function matching(
  text: string,
  { pattern, rule, examples }: {
    readonly pattern: string;
    readonly rule: string;
    readonly examples: readonly string[];
  },
): readonly string[] {
  const list = examples.map((example) => `'${example}'`).join(" or ");
  const detail = `${rule} (e.g. ${list}, regex used for validation is '${pattern}')`;
  return unless(new RegExp(`^${pattern}$`).test(text), detail);
}
