/** Keeps the status of the own Node up to date: what changes is told at once or within seconds, heartbeats now and then. */
import { canonicalJson } from "../../core/canonical_json.ts";
import type { JournalObject } from "../../core/journal/record.ts";
import { nodes } from "../../core/kube/resource.ts";
import type { Node, NodeCondition, NodeStatus } from "../../core/node/node_object.ts";
import type { ClusterSettings } from "../../core/node/cluster_settings.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import { nodeStatus } from "../../core/node/status.ts";
import { statusChanges, statusPatch, withoutHeartbeat } from "../../core/node/status_patch.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import type { Bell } from "../../ports/bell.ts";
import type { Clock } from "../../ports/clock.ts";
import { NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { createApiTrouble } from "../cluster/api_trouble.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import type { NodeEvents } from "./node_events.ts";
import type { NodeFacts } from "./node_facts.ts";
import type { NodeWatch } from "./node_watch.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

export interface NodeStatusDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: NodeEvents;
  readonly watch: NodeWatch;
  readonly facts: () => Promise<NodeFacts>;
  /** Rings when something has changed that must not wait. */
  readonly bell: Bell;
  readonly node: Pick<NodeSettings, "nodeName">;
  /** What is told is in it before. */
  readonly keeper: Pick<JournalKeeper, "changed" | "status" | "acknowledge" | "earlier">;
  readonly cluster: ClusterSettings;
}

export interface NodeStatusWriter {
  /** What a Node of this name would say now, over what it has said before. */
  compute(previous: NodeStatus): Promise<NodeStatus>;
  /** As it was computed last; null before the first time. */
  latest(): NodeStatus | null;
  /** Looks and tells until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** By how much the time between looks may vary, so that the nodes of a site spread. */
const jitter = 0.04;

export function createNodeStatusWriter(deps: NodeStatusDeps): NodeStatusWriter {
  const { kube, clock, random, log, events, watch, cluster } = deps;
  const settings = { ...cluster, nodeName: deps.node.nodeName };
  const trouble = createApiTrouble({ log, what: "tell the API server how the node is" });
  const report = createReportTimer(deps);
  const about: JournalObject = {
    kind: "Node",
    namespace: "",
    name: settings.nodeName,
    uid: "",
  };
  let latest: NodeStatus | null = null;
  /** The records of what the API server has not been told. */
  let sequences: readonly number[] = leftRecords(deps.keeper);
  /** Changes that the API server has left out, as an older one does with fields that it does not know. */
  let refused = "";

  async function compute(previous: NodeStatus): Promise<NodeStatus> {
    const facts = await deps.facts();
    const computed = latest?.conditions ?? journaledConditions(deps.keeper);
    const next = nodeStatus({ ...facts, settings, previous, computed, now: clock.now() });
    events.computed({ previous, computed: latest?.conditions ?? [], next });
    latest = next;
    return next;
  }

  async function record({ conditions = [] }: NodeStatus): Promise<void> {
    const recorded = deps.keeper.changed(about, { conditions: conditions.map(withoutHeartbeat) });
    if (recorded === null) return;
    sequences = [...sequences, recorded.sequence];
    await recorded.durable;
  }

  function told(): void {
    deps.keeper.acknowledge(sequences);
    sequences = [];
  }

  async function send(before: NodeStatus): Promise<void> {
    const after = await compute(before);
    const changes = statusChanges({ before, after });
    await record(after);
    const isNews = Object.keys(changes).length > 0 && saying(changes) !== refused;
    if (!isNews) told();
    if (!isNews && !report.isDue()) return;
    const ref = { resource: nodes, name: settings.nodeName, subresource: "status" };
    const body = statusPatch(changes, after);
    const node = await kube.patch<Node>(ref, { kind: "strategic", body });
    report.sent({ isNews });
    told();
    refused = saying(statusChanges({ before: node.status ?? {}, after }));
    watch.saw(node);
    log.debug("Told the API server how the node is", { changes: Object.keys(changes) });
  }

  async function tick(): Promise<void> {
    const node = watch.node();
    if (node === null) throw new NotFound(`there is no node ${settings.nodeName}`);
    events.seen(node);
    await send(node.status ?? {});
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await unlessAborted(tick(), signal).then(trouble.succeeded, (err) => {
        if (!signal.aborted) trouble.failed(err);
      });
      await deps.bell.wait(cluster.updateMs * (1 + jitter * random.fraction()), signal);
    }
  }

  return { compute, latest: () => latest, run };
}

/** What changes say, whenever they do. */
function saying({ conditions, ...changes }: NodeStatus): string {
  return canonicalJson({
    ...changes,
    ...conditions && { conditions: conditions.map(withoutHeartbeat) },
  });
}

/** As an earlier agent has seen them last, whether the API server was told or not. */
function journaledConditions(
  { status }: Pick<JournalKeeper, "status">,
): readonly NodeCondition[] {
  const conditions = status("node")?.["conditions"];
  return Array.isArray(conditions) ? conditions.filter(isCondition) : [];
}

function isCondition(value: unknown): value is NodeCondition {
  return isPlainMap(value) && typeof value["type"] === "string" &&
    typeof value["status"] === "string";
}

function leftRecords({ earlier }: Pick<JournalKeeper, "earlier">): readonly number[] {
  return earlier().filter(({ entry }) => entry.kind === "Changed" && entry.object.kind === "Node")
    .map(({ sequence }) => sequence);
}

/** Says when heartbeats are due: after news a while that chance varies, so that nodes which changed together spread. */
function createReportTimer(
  { clock, random, cluster: { reportMs } }: NodeStatusDeps,
): { isDue(): boolean; sent(what: { readonly isNews: boolean }): void } {
  let dueAt = -Infinity;
  let first = true;
  return {
    isDue: () => clock.monotonic() >= dueAt,
    sent({ isNews }) {
      const spread = isNews || first ? reportMs * (random.fraction() - 0.5) : 0;
      dueAt = clock.monotonic() + reportMs + spread;
      first = false;
    },
  };
}
