/** The bridge from start to end. */
import { systemClock } from "../../adapters/clock.ts";
import { connectKube, type KubeConnection } from "../../adapters/kube/connect.ts";
import { inClusterAccess, isInCluster } from "../../adapters/kube/in_cluster_access.ts";
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { readProcessUse } from "../../adapters/linux/process_use.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { createVerbosity } from "../../adapters/log/verbosity.ts";
import { mqttBroker } from "../../adapters/mqtt/broker.ts";
import { systemRandom } from "../../adapters/random.ts";
import { registerProcessReadings } from "../../agent/metrics/process_readings.ts";
import { createBridge } from "../../bridge/bridge.ts";
import { second } from "../../core/instant.ts";
import { bridgeMetrics } from "../../core/metrics/bridge_metrics.ts";
import { createRegistry, type Registry } from "../../core/metrics/registry.ts";
import { VERSION } from "../../core/version.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { servePlain } from "../../server/kubelet/plain_server.ts";
import { createSecurityLog } from "../../server/security_log.ts";
import { CliError, type CommandContext } from "../command.ts";
import { USER_AGENT } from "../run/open_kube.ts";
import { type BridgeSigner, openBridgeSigner } from "./bridge_signer.ts";
import { nodeAuthorities } from "./node_authorities.ts";
import type { BridgeFlags } from "./options.ts";
import { bridgePages } from "./pages.ts";

const keepAliveMs = 30 * second;
/** Of a message in either direction. */
const maxMessageBytes = 256 * 1024;

/** Resolves when the context's signal has aborted and everything is closed. Throws `CliError` where it cannot start. */
export async function runBridge(flags: BridgeFlags, context: CommandContext): Promise<void> {
  const clock = systemClock();
  const log = bridgeLog(flags, { context, clock });
  const registry = createRegistry();
  const startedAt = clock.now();
  registerProcessReadings(registry, { processUse: readProcessUse, startedAt });
  const signing = await signingOf(flags, { clock, log });
  const kube = openKube(flags, { context, clock, log });
  try {
    log.info("Starting the bridge", { version: VERSION, cluster: flags.cluster, name: flags.name });
    await work({ flags, context, clock, log, registry, signing, kube });
  } finally {
    kube.close();
  }
  log.info("Stopped");
}

interface Parts {
  readonly flags: BridgeFlags;
  readonly context: CommandContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly signing: BridgeSigner;
  readonly kube: KubeConnection;
}

async function work(parts: Parts): Promise<void> {
  const { flags, context, clock, log, registry, signing, kube } = parts;
  const { signal } = context;
  const authorities = nodeAuthorities({ file: flags.clientCaFile, kube, clock, log });
  // One line of JSON each, in the log's own stream: whoever collects that has them.
  const write = (line: string): void => void Deno.stdout.writeSync(new TextEncoder().encode(line));
  using security = createSecurityLog({ clock, write, log });
  const bridge = createBridge({
    ...flags,
    kube,
    clock,
    random: systemRandom(),
    log,
    metrics: bridgeMetrics(registry),
    signer: signing.signer,
    authorities: authorities.current,
    dropped: (message) => security.dropped(message),
    broker: mqttBroker({
      brokers: flags.broker,
      caFile: flags.brokerCaFile,
      certFile: flags.certFile,
      keyFile: flags.keyFile,
      usernameFile: flags.brokerUsernameFile,
      passwordFile: flags.brokerPasswordFile,
      keepAliveMs,
      maxMessageBytes,
    }, { clock, random: systemRandom() }),
  });
  const pages = bridgePages({ bridge, registry });
  const { bindAddress: address, port } = flags;
  await Promise.all([
    authorities.run(signal),
    signing.run(signal),
    bridge.run(signal),
    port > 0 && servePlain({ address, port, routes: pages, clock, log }, signal),
  ]);
}

function bridgeLog(
  { loggingFormat: format, v }: BridgeFlags,
  { context, clock }: Pick<Parts, "context" | "clock">,
): Log {
  const write = (line: string): void => void Deno.stderr.writeSync(new TextEncoder().encode(line));
  const journal = false;
  return createLog({
    format,
    verbosity: createVerbosity(v),
    write,
    clock,
    pid: context.pid,
    journal,
  });
}

async function signingOf(
  flags: BridgeFlags,
  { clock, log }: Pick<Parts, "clock" | "log">,
): Promise<BridgeSigner> {
  try {
    return await openBridgeSigner({ ...flags, clock, log });
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    throw new CliError(messageOf(error));
  }
}

function openKube(
  { kubeconfig }: BridgeFlags,
  { context: { env }, clock, log }: Pick<Parts, "context" | "clock" | "log">,
): KubeConnection {
  if (kubeconfig === undefined && !isInCluster({ env })) {
    throw new CliError("there is no API server", { hint: "--kubeconfig FILE, or run it in a pod" });
  }
  const access = kubeconfig === undefined
    ? inClusterAccess({ env, clock })
    : kubeconfigAccess({ path: kubeconfig, clock, log });
  return connectKube({ access, clock, random: systemRandom(), log, userAgent: USER_AGENT });
}
