/** What `skerry check --reboot` shows: a line for each pod. */
import type { Verdict } from "../core/node/preflight.ts";
import type { PodReadiness } from "../core/node/reboot_ready.ts";
import { verdictColors } from "./check_table.ts";
import { renderTable, type TableStyle } from "./table.ts";

export function rebootTable(pods: readonly PodReadiness[], style: TableStyle): string {
  if (pods.length === 0) return "No pods are to run on this node.\n";
  const rows = pods.map((pod) => {
    const verdict = verdictOf(pod);
    const detail = pod.missing || pod.warning || "comes back";
    return [pod.namespace, pod.name, { text: verdict, color: verdictColors[verdict] }, detail];
  });
  return renderTable(["NAMESPACE", "NAME", "RESULT", "DETAIL"], rows, style);
}

function verdictOf({ missing, warning }: PodReadiness): Verdict {
  if (missing !== "") return "error";
  return warning === "" ? "ok" : "warning";
}
