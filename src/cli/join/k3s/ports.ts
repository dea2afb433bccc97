/** A k3s server as the command line asks it. */
import { fixedAccess } from "../../../adapters/kube/access.ts";
import { connectSupervisor } from "../../../adapters/k3s/supervisor.ts";
import { unverifiedCa } from "../../../adapters/k3s/unverified_ca.ts";
import type { Clock } from "../../../ports/clock.ts";
import { USER_AGENT } from "../../run/open_kube.ts";
import type { TrustPorts } from "./trust.ts";

export function supervisorPorts(
  { clock }: { readonly clock: Clock },
): Pick<TrustPorts, "unverifiedCa" | "supervisor"> {
  return {
    unverifiedCa,
    supervisor: (access) =>
      connectSupervisor({ access: fixedAccess(access), clock, userAgent: USER_AGENT }),
  };
}
