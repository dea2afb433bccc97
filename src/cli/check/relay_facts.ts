/** What `skerry check` finds of the relay, beside an agent that may be using it. */
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { systemRandom } from "../../adapters/random.ts";
import type { BrokerFacts } from "../../core/node/broker_finding.ts";
import type { RelayFacts } from "../../core/node/relay_findings.ts";
import { nodeUser, relayTopic } from "../../core/relay/topics.ts";
import { failure, type Result, success } from "../../core/result.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { RelayPorts } from "../../ports/relay.ts";
import type { Configuration, RelayConfiguration } from "../config/configuration.ts";
import { relayPorts } from "../run/relay_ports.ts";

/** A person waits: brokers are tried side by side, each for so long. */
const answerMs = 5_000;

/** Null where there is no relay. */
export async function relayFacts(
  { relay, kubeconfig: path, nodeName }: Configuration,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<RelayFacts | null> {
  if (relay === null || path === undefined) return null;
  const access = kubeconfigAccess({ path, clock, log });
  const ports = relayPorts(relay, { access, clock, random: systemRandom() });
  const identity = once(ports.identity);
  return {
    nodeName,
    identity: await asResult(identity()),
    bridgeAuthorities: {
      from: relay.bridgeCaFile ?? `the cluster's authority in ${path}`,
      pem: await asResult(ports.bridgeAuthorities()),
    },
    brokers: await brokerFacts(relay, { nodeName, identity, clock }),
  };
}

async function brokerFacts(
  { broker: settings, settings: { cluster } }: RelayConfiguration,
  { nodeName: node, identity, clock }: Pick<RelayPorts, "identity"> & {
    readonly nodeName: string;
    readonly clock: Clock;
  },
): Promise<readonly BrokerFacts[]> {
  const { tryBroker } = await import("../../adapters/mqtt/try_broker.ts");
  const clientId = `${nodeUser(node)}/check`;
  const topic = relayTopic({ cluster, node, class: "down" });
  const trial = {
    settings: { ...settings, identity },
    clientId,
    subscription: topic,
    timeoutMs: answerMs,
    clock,
  };
  return await Promise.all(settings.brokers.map(async (url) => {
    const problem = await tryBroker(url, trial);
    return { url: url.text, clientId, topic, problem };
  }));
}

/** What it gives, or throws, is kept: a plugin that hangs is waited for once. */
function once<T>(call: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= call();
}

async function asResult<T>(call: Promise<T>): Promise<Result<T>> {
  try {
    return success(await call);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return failure(messageOf(error));
  }
}
