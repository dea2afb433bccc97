/** The agent's state in words, for `skerry status`. */
import { humanDuration } from "../core/human_duration.ts";
import { type Instant, rfc3339, second } from "../core/instant.ts";
import type { SourceProblem } from "../ports/pod_source.ts";
import type { StatusView } from "../server/control/control_api.ts";
import { type Color, paint } from "./colors.ts";
import { printable } from "./printable.ts";
import { storeLines } from "./store_lines.ts";
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
    ["Clock", clockLines(view.clock)],
    ["Runtime", runtimeLines(view.runtime)],
    ["Sources", view.sources.flatMap(sourceLines)],
    ["Certs", view.certificates.flatMap((each) => certificateLines(each, now))],
    ["Journal", journalLines(view.journal, now)],
    ["Relay", relayLines(view.relay, now)],
    ["Pods", [{ text: podCounts(view.pods) }]],
    ["Store", storeLines(view.store, { startedAt: view.startedAt, now })],
    ["Held", heldLines(view.heldDeletions)],
    ["Pulls", pullLines(view.pulls).split("\n").filter(Boolean).map((text) => ({ text }))],
  ];
  return sections.map(([heading, lines]) =>
    lines.map(({ text, color }, index) => {
      const label = (index === 0 ? heading : "").padEnd(10);
      return `${label}${paint(printable(text), { color, colors })}\n`;
    }).join("")
  ).join("");
}

function clockLines({ now, machine, isSynchronised }: StatusView["clock"]): readonly Line[] {
  const shown = rfc3339(now);
  if (isSynchronised) return [{ text: `${shown}, synchronised` }];
  const unset: Line = { text: `${shown}, not synchronised`, color: "yellow" };
  if (Math.abs(now - machine) < second) return [unset];
  const why = "which is earlier than the last time that was known";
  return [unset, { text: `  the machine's shows ${rfc3339(machine)}, ${why}`, color: "yellow" }];
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

function heldLines(held: StatusView["heldDeletions"]): readonly Line[] {
  return held === null ? [] : [{ text: held.message, color: "red" }];
}

/** What the API server has not been told of. */
function journalLines(journal: StatusView["journal"], now: Instant): readonly Line[] {
  if (journal === null) return [];
  const { waiting, oldestAt, folded, problem } = journal;
  const records = waiting === 1 ? "1 record waits" : `${waiting} records wait`;
  const since = oldestAt === null ? "" : `, the oldest for ${humanDuration(now - oldestAt)}`;
  const state = waiting === 0 ? "the API server has all of it" : `${records}${since}`;
  return [
    { text: state },
    ...folded === 0 ? [] : [{ text: `  ${folded} were folded into others for want of room` }],
    ...problem === "" ? [] : [{ text: `  not written: ${problem}`, color: "red" as const }],
  ];
}

/** Which way status goes. */
function relayLines(relay: StatusView["relay"], now: Instant): readonly Line[] {
  if (relay === null) return [];
  const { mode, isActive, broker, acknowledgedAt, problem } = relay;
  const last = acknowledgedAt === null
    ? "nothing acknowledged yet"
    : `last acknowledged ${humanDuration(now - acknowledgedAt)} ago`;
  if (!isActive) return [{ text: "status goes to the API server, no broker is needed" }];
  const both = mode === "Always" ? "over the broker as well" : "over the broker";
  if (broker !== "") return [{ text: `status goes ${both} ${broker}, ${last}` }];
  return [
    { text: `status is to go ${both}, which is away`, color: "red" },
    ...problem === "" ? [] : [{ text: `  ${problem}`, color: "red" as const }],
  ];
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
