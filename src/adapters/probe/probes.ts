/** The probes port over this machine's network. */
import type { Probes } from "../../ports/probes.ts";
import { connect } from "./connect.ts";
import { health } from "./health.ts";
import { httpGet } from "./http_get.ts";

export function networkProbes(): Probes {
  return { httpGet, connect, health };
}
