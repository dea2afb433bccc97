/** What the control server can ask of the agent, as functions. */
import { podLogs } from "../../agent/pod_logs.ts";
import { podViews } from "../../agent/pod_view.ts";
import type { Agent } from "../../agent/agent.ts";
import type { NodeStats } from "../../agent/stats/node_stats.ts";
import type { Instant } from "../../core/instant.ts";
import { summaryOf } from "../../core/stats/summary.ts";
import { VERSION } from "../../core/version.ts";
import type { Clock } from "../../ports/clock.ts";
import { NotFound, PortError } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import type { LogFiles } from "../../ports/log_files.ts";
import type { Store } from "../../ports/store.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { TimeSync } from "../../ports/time_sync.ts";
import type { ControlFunctions, StatusView, TopView } from "../../server/control/control_api.ts";

export interface ControlDeps {
  readonly agent: Agent;
  readonly stats: Pick<NodeStats, "rates">;
  readonly capacity: TopView["capacity"];
  readonly runtime: Runtime;
  readonly images: Images;
  readonly logFiles: LogFiles;
  readonly store: Pick<Store, "state" | "rotateKey">;
  readonly clock: Clock;
  readonly machineClock: Pick<Clock, "now">;
  readonly timeSync: TimeSync;
  readonly certificates: () => StatusView["certificates"];
  readonly about: Pick<StatusView, "nodeName" | "pid"> & {
    readonly startedAt: Instant;
    readonly runtimeEndpoint: string;
  };
}

export function controlFunctions(deps: ControlDeps): ControlFunctions {
  const { agent, stats, images, logFiles } = deps;
  const pods = () => podViews(agent.pods);
  return {
    pods,
    events: (after) => agent.events.list(after),
    nextEvent: (after, signal) => agent.events.next(after, signal),
    logs: (request, signal) => podLogs(request, { pods: agent.pods, logFiles }, signal),
    relay: agent.relay,
    relayMessages(signal) {
      const messages = agent.relayMessages(signal);
      if (messages === null) throw new NotFound("this node has no relay");
      return messages;
    },
    top: async () => ({ summary: summaryOf(await stats.rates()), capacity: deps.capacity }),
    importImage: (path) => images.importArchive(path),
    async confirmDeletions() {
      const pods = agent.heldDeletions()?.pods ?? [];
      return await agent.confirmDeletions() ? pods : [];
    },
    rotateKey: async () => ({
      sealed: await deps.store.rotateKey(),
      path: deps.store.state().key.path,
    }),
    rebootReadiness: agent.rebootReadiness,
    async status() {
      const { nodeName, pid, startedAt } = deps.about;
      return {
        version: VERSION,
        nodeName,
        pid,
        startedAt,
        clock: clockView(deps),
        runtime: await runtimeView(deps),
        sources: sourceViews(agent),
        certificates: deps.certificates(),
        journal: agent.journal(),
        relay: agent.relay(),
        pods: countByPhase(pods().map(({ status }) => status?.phase ?? "Pending")),
        pulls: agent.puller.active(),
        heldDeletions: agent.heldDeletions(),
        store: deps.store.state(),
      };
    },
  };
}

function clockView({ clock, machineClock, timeSync }: ControlDeps): StatusView["clock"] {
  const isSynchronised = timeSync.isSynchronised();
  return { now: clock.now(), machine: machineClock.now(), isSynchronised };
}

/** A runtime that does not answer is a state to show, not a failure to show it. */
async function runtimeView({ runtime, about }: ControlDeps): Promise<StatusView["runtime"]> {
  const endpoint = about.runtimeEndpoint;
  try {
    const [{ name, version }, { conditions }] = await Promise.all([
      runtime.version(),
      runtime.status(),
    ]);
    return { endpoint, reachable: true, name, version, conditions };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { endpoint, reachable: false, name: "", version: "", conditions: [] };
  }
}

function sourceViews(agent: Agent): StatusView["sources"] {
  return agent.sources().map(({ source, snapshot }) => ({
    name: source.name,
    available: snapshot?.available ?? false,
    pods: snapshot?.pods.length ?? 0,
    problems: snapshot?.problems ?? [],
  }));
}

function countByPhase(phases: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const phase of phases) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}
