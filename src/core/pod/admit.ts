/** Whether this node runs a pod at all. */
import type { Pod } from "../k8s.ts";
import { refusedForAppArmor } from "./admission/app_armor.ts";
import { fitOnNode } from "./admission/fit.ts";
import type { AdmissionContext } from "./admission/predicate.ts";
import { refusedForPressure } from "./admission/pressure.ts";
import type { Refusal } from "./admission/refusal.ts";
import { refusedForGroups } from "./admission/supplemental_groups.ts";
import { refusedForSysctls } from "./admission/sysctls.ts";
import { refusedForSystem } from "./admission/system.ts";
import { unsupportedFields } from "./unsupported.ts";

export type { AdmissionContext } from "./admission/predicate.ts";

/** A pod that is admitted may need room: those that are to be ended for it are given with it. */
export type Admission =
  | { readonly ok: true; readonly preempts: readonly Pod[] }
  | { readonly ok: false } & Refusal;

/** Decides on a pod that is new on the node, in the order in which the kubelet asks. */
export function admit(pod: Pod, context: AdmissionContext): Admission {
  const { node } = context;
  const early = refusedForPressure(pod, node) ?? refusedForSysctls(pod, node) ??
    refusedForSystem(pod) ?? refusedForGroups(pod, node);
  if (early !== null) return { ok: false, ...early };
  const fit = fitOnNode(pod, context);
  if (!fit.ok) return { ok: false, ...fit.error };
  const late = refusedForAppArmor(pod, node) ?? refusedForFields(pod);
  return late === null ? { ok: true, preempts: fit.value } : { ok: false, ...late };
}

/** Decides on a pod that has its place on the node: only what this agent cannot do counts against it. */
export function admitAgain(pod: Pod): Admission {
  const refusal = refusedForFields(pod);
  return refusal === null ? { ok: true, preempts: [] } : { ok: false, ...refusal };
}

/** Asked last: where the kubelet refuses a pod as well, its reason is the one to hear. */
function refusedForFields(pod: Pod): Refusal | null {
  const fields = unsupportedFields(pod);
  if (fields.length === 0) return null;
  const message = `The pod uses what this agent does not support: ${fields.join(", ")}`;
  return { reason: "UnsupportedField", message };
}
