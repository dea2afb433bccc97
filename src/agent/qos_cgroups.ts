/** Keeps the cgroups that pods lie in up to what the pods ask for, and all pods together to their limit. */
import { minute } from "../core/instant.ts";
import { qosCgroups, type QosCgroupsInput } from "../core/node/qos_cgroups.ts";
import type { Pod } from "../core/k8s.ts";
import type { Cgroups } from "../ports/cgroups.ts";
import type { Clock } from "../ports/clock.ts";
import { messageOf } from "../ports/errors.ts";
import type { Log } from "../ports/log.ts";
import { every } from "./every.ts";

export interface QosCgroups {
  /** The pods wanted now. A failure costs the values, not the pods: the runtime makes the rest. */
  update(pods: readonly Pod[]): Promise<void>;
  /** Tries what failed again each minute, until the signal aborts: pods may use more than a new limit allows for a while. */
  run(signal: AbortSignal): Promise<void>;
}

export interface QosCgroupsDeps extends Pick<QosCgroupsInput, "capacity"> {
  readonly cgroups: Cgroups;
  readonly settings: QosCgroupsInput["cgroups"];
  readonly clock: Clock;
  readonly log: Log;
  /** Called once the cgroups are as they should be, with null, and at each failure before that. */
  readonly onLimit: (failure: string | null) => void;
}

export function createQosCgroups(
  { cgroups, capacity, settings, clock, log, onLimit }: QosCgroupsDeps,
): QosCgroups {
  let pods: readonly Pod[] = [];
  let written = "";
  let limited = false;

  async function apply(): Promise<void> {
    const specs = qosCgroups({ cgroups: settings, capacity, pods });
    const wanted = JSON.stringify(specs);
    if (wanted === written || specs.length === 0) return;
    try {
      for (const spec of specs) await cgroups.ensure(spec);
      written = wanted;
      if (!limited) onLimit(null);
      limited = true;
    } catch (err) {
      log.warn("Could not set up the QoS cgroups", { err });
      if (!limited) onLimit(messageOf(err));
    }
  }

  return {
    update(now) {
      pods = now;
      return apply();
    },
    run: (signal) =>
      every({ ms: minute, work: apply, clock, log, what: "set up the QoS cgroups" }, signal),
  };
}
