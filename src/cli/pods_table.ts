/** The table of `skerry pods`. */
import type { Instant } from "../core/instant.ts";
import { type PodSummary, summarizePod } from "../core/pod/summary.ts";
import type { Pod } from "../core/k8s.ts";
import { statusColor } from "./status_color.ts";
import { type Cell, renderTable } from "./table.ts";

const header = ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"];
const wideHeader = [...header, "IP", "NODE", "IMAGES"];

/** Pods as seen at `now`, a row each, in the order given. */
export function podsTable(
  pods: readonly Pod[],
  { now, wide, colors }: {
    readonly now: Instant;
    readonly wide: boolean;
    readonly colors: boolean;
  },
): string {
  const rows = pods.map((pod) => row(summarizePod(pod, now), { wide }));
  return renderTable(wide ? wideHeader : header, rows, { colors });
}

function row(summary: PodSummary, { wide }: { readonly wide: boolean }): readonly Cell[] {
  const { namespace, name, ready, status, restarts, age, ip, node, images } = summary;
  const cells = [
    namespace,
    name,
    ready,
    { text: status, color: statusColor(status) },
    restarts,
    age,
  ];
  return wide ? [...cells, ip, node, images] : cells;
}
