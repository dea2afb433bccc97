/** The relay of an agent, where its configuration has one. */
import { relayMetrics } from "../../core/metrics/relay_metrics.ts";
import type { ObjectState } from "../../core/relay/messages.ts";
import type { AgentPorts, AgentSettings } from "../agent_ports.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import type { Pods } from "../pods.ts";
import { type Reach, watchReach } from "./reach.ts";
import { createRelay, type Relay } from "./relay.ts";
import { createRelayTap } from "./tap.ts";

/** The agent's ports, with an API server that is looked at; `reach` is null for a node without a cluster. */
export function watchedPorts(
  ports: AgentPorts,
): { readonly ports: AgentPorts; readonly reach: Reach | null } {
  if (ports.kube === null) return { ports, reach: null };
  const { kube, reach } = watchReach(ports.kube, ports);
  return { ports: { ...ports, kube }, reach };
}

export interface AgentRelayDeps {
  readonly ports: AgentPorts;
  readonly settings: Pick<AgentSettings, "node" | "relay">;
  readonly reach: Reach | null;
  readonly keeper: JournalKeeper;
  readonly pods: Pick<Pods, "list">;
}

/** Null where status goes to the API server alone. */
export function openAgentRelay(
  { ports, settings, reach, keeper, pods }: AgentRelayDeps,
): Relay | null {
  if (reach === null || ports.relay === undefined || settings.relay === undefined) return null;
  const { nodeName } = settings.node;
  return createRelay({
    ...ports,
    ports: ports.relay,
    facts: ports.store.facts,
    log: ports.log.named("relay"),
    metrics: relayMetrics(ports.metrics.registry),
    tap: createRelayTap(ports),
    settings: { ...settings.relay, nodeName },
    keeper,
    objects: () => [...nodeState({ keeper, nodeName }), ...podStates({ keeper, pods })],
  }, { reach });
}

function nodeState(
  { keeper, nodeName }: Pick<AgentRelayDeps, "keeper"> & { readonly nodeName: string },
): readonly ObjectState[] {
  const status = keeper.status("node");
  const object = { kind: "Node", namespace: "", name: nodeName, uid: "" } as const;
  return status === undefined ? [] : [{ object, status }];
}

function podStates({ keeper, pods }: Pick<AgentRelayDeps, "keeper" | "pods">): ObjectState[] {
  return pods.list().flatMap(({ subject: { namespace, name }, uid }) => {
    const status = keeper.status(`pod ${uid}`);
    if (status === undefined) return [];
    return [{ object: { kind: "Pod", namespace, name, uid }, status }];
  });
}
