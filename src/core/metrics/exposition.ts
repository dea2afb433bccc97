/** Metrics as text, in the format that Prometheus scrapes. */
import type { Instant } from "../instant.ts";

export type LabelSet = Readonly<Record<string, string>>;

/** One value at the time of the scrape, or at the time that it carries. */
export interface Sample {
  readonly labels?: LabelSet;
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
  return families.filter(({ samples }) => samples.length > 0).map(familyText).join("");
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  return head + samples.map((sample) => sampleText(name, sample)).join("");
}

function sampleText(name: string, { labels = {}, value, at, suffix }: Sample): string {
  const time = at === undefined ? "" : ` ${Math.trunc(at)}`;
  return `${name}${suffix ?? ""}${labelText(labels)} ${numberText(value)}${time}\n`;
}

function labelText(labels: LabelSet): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
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
