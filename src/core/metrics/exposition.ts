/** Metrics as text, in the format that Prometheus scrapes. */
import type { Instant } from "../instant.ts";

export type LabelSet = Readonly<Record<string, string>>;

/** One value at the time of the scrape, or at the time that it carries. */
export interface Sample {
  readonly labels?: LabelSet;
  /** Labels besides those that are the same object for many samples: those are written once. */
  readonly more?: LabelSet;
  readonly value: number;
  /** When the value was measured; only for what was measured some time ago. */
  readonly at?: Instant;
  /** What a sample of a histogram or summary is of: its name is the family's with this at its end. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** The samples of one name. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly samples: readonly Sample[];
}

/** The media type of the text. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** The text of all families that have samples, in the order given. */
export function exposition(families: readonly MetricFamily[]): string {
  const known = new Map<LabelSet, string>();
  const labelsOf = ({ labels, more }: Sample): string => {
    const texts = [labels && writtenOnce(labels, known), more && pairsText(more)];
    const text = texts.filter((each) => each).join(",");
    return text === "" ? "" : `{${text}}`;
  };
  return families.filter(({ samples }) => samples.length > 0)
    .map((family) => familyText(family, labelsOf)).join("");
}

function familyText(
  { name, help, type, samples }: MetricFamily,
  labelsOf: (sample: Sample) => string,
): string {
  const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  const lines = samples.map((sample) => {
    const { value, at, suffix = "" } = sample;
    const time = at === undefined ? "" : ` ${Math.trunc(at)}`;
    return `${name}${suffix}${labelsOf(sample)} ${numberText(value)}${time}\n`;
  });
  return head + lines.join("");
}

function writtenOnce(labels: LabelSet, known: Map<LabelSet, string>): string {
  const text = known.get(labels) ?? pairsText(labels);
  known.set(labels, text);
  return text;
}

function pairsText(labels: LabelSet): string {
  return Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",");
}

/** Prometheus writes infinities as Go does. */
function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}
