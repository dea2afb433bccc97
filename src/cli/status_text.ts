/** The agent's state in words, for `skerry status`. */
import { humanDuration } from "../core/human_duration.ts";
import type { Instant } from "../core/instant.ts";
import type { SourceProblem } from "../ports/pod_source.ts";
import type { StatusView } from "../server/control/control_api.ts";
import { type Color, paint } from "./colors.ts";
import { printable } from "./printable.ts";
import { pullLines } from "./pull_lines.ts";

/** A line of a section: an item, or what is wrong with it. */
interface Line {
  readonly text: string;
  readonly color?: Color;
}

/** Sections of a heading and their lines, as seen at `now`; ends with a line feed. */
export function statusText(
  view: StatusView,
  { now, colors }: { readonly now: Instant; readonly colors: boolean },
): string {
  const up = humanDuration(now - view.startedAt);
  const sections: readonly (readonly [heading: string, lines: readonly Line[]])[] = [
    ["Node", [{ text: view.nodeName }]],
    ["Agent", [{ text: `skerry ${view.version}, up ${up}, process ${view.pid}` }]],
    ["Runtime", runtimeLines(view.runtime)],
    ["Sources", view.sources.flatMap(sourceLines)],
    ["Certs", view.certificates.flatMap((each) => certificateLines(each, now))],
    ["Pods", [{ text: podCounts(view.pods) }]],
    ["Pulls", pullLines(view.pulls).split("\n").filter(Boolean).map((text) => ({ text }))],
  ];
  return sections.map(([heading, lines]) =>
    lines.map(({ text, color }, index) => {
      const label = (index === 0 ? heading : "").padEnd(10);
      return `${label}${paint(printable(text), { color, colors })}\n`;
    }).join("")
  ).join("");
}

function runtimeLines(runtime: StatusView["runtime"]): readonly Line[] {
  const { endpoint, reachable, name, version, conditions } = runtime;
  if (!reachable) return [{ text: `${endpoint} does not answer`, color: "red" }];
  const bad = conditions.filter(({ status }) => !status);
  const ready = bad.length === 0 ? "ready" : "not ready";
  return [
    { text: `${name} ${version} at ${endpoint}, ${ready}` },
    ...bad.map(({ type, reason, message }): Line => ({
      text: `  not ${type}: ${[reason, message].filter(Boolean).join(": ")}`,
      color: "red",
    })),
  ];
}

function sourceLines(source: StatusView["sources"][number]): readonly Line[] {
  const { name, available, pods, problems } = source;
  const state: Line = available
    ? { text: `${name}, ${counted(pods)}` }
    : { text: `${name} cannot be read, ${counted(pods)} known from before`, color: "red" };
  return [
    state,
    ...problems.map((problem): Line => ({ text: `  ${problemText(problem)}`, color: "red" })),
  ];
}

function certificateLines(
  { name, expiresAt, problem }: StatusView["certificates"][number],
  now: Instant,
): readonly Line[] {
  const label = `${name} certificate`;
  const wrong: readonly Line[] = problem === "" ? [] : [{ text: `  ${problem}`, color: "red" }];
  if (expiresAt === null) return [{ text: `no ${label} yet` }, ...wrong];
  const age = humanDuration(Math.abs(expiresAt - now));
  const state: Line = expiresAt > now
    ? { text: `${label} expires in ${age}` }
    : { text: `${label} expired ${age} ago`, color: "red" };
  return [state, ...wrong];
}

function counted(pods: number): string {
  return pods === 1 ? "1 pod" : `${pods} pods`;
}

/** `FILE:LINE:COLUMN: MESSAGE`, which editors can jump to. */
function problemText({ path, line, column, message }: SourceProblem): string {
  return line > 0 ? `${path}:${line}:${column}: ${message}` : `${path}: ${message}`;
}

function podCounts(pods: StatusView["pods"]): string {
  const counts = Object.entries(pods).filter(([, count]) => count > 0);
  return counts.map(([phase, count]) => `${count} ${phase}`).join(", ") || "none";
}
