/** Runs a probe once: asks the container, and tells of what is wrong with it. */
import type { ContainerRecord } from "../../core/cri/types.ts";
import type { Container, Probe } from "../../core/k8s.ts";
import { probeCommand } from "../../core/probe/exec_command.ts";
import { httpRequest, probeUserAgent } from "../../core/probe/http_request.ts";
import {
  connectOutcome,
  execOutcome,
  healthOutcome,
  httpOutcome,
  type Outcome,
} from "../../core/probe/outcome.ts";
import { portNumber } from "../../core/probe/target.ts";
import { second } from "../../core/instant.ts";
import { messageOf, RuntimeAway } from "../../ports/errors.ts";
import type { Probes } from "../../ports/probes.ts";
import type { Runtime } from "../../ports/runtime.ts";

export interface RunProbeDeps {
  readonly runtime: Runtime;
  readonly probes: Probes;
}

/** What a probe looks at. */
export interface ProbeSubject {
  readonly probe: Probe;
  readonly container: Container;
  readonly run: ContainerRecord;
  /** The pod's first address; "" before it has one. */
  readonly podIp: string;
}

/** One that cannot be carried out is tried again at once. */
const maxTries = 3;

/** Gives null while the runtime is away: that says nothing of the container. Throws the signal's reason. */
export async function runProbe(
  subject: ProbeSubject,
  deps: RunProbeDeps,
  signal: AbortSignal,
): Promise<Outcome | null> {
  let outcome: Outcome | null = null;
  for (let tries = 0; tries < maxTries; tries++) {
    outcome = await runOnce(subject, deps, signal);
    if (outcome?.kind !== "Error") break;
  }
  return outcome;
}

async function runOnce(
  subject: ProbeSubject,
  deps: RunProbeDeps,
  signal: AbortSignal,
): Promise<Outcome | null> {
  try {
    return await ask(subject, deps, signal);
  } catch (err) {
    signal.throwIfAborted();
    if (err instanceof RuntimeAway) return null;
    return unknown(messageOf(err));
  }
}

async function ask(
  { probe, container, run, podIp }: ProbeSubject,
  { runtime, probes }: RunProbeDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { timeoutSeconds = 1, exec, httpGet, tcpSocket, grpc } = probe;
  const limits = { timeoutMs: timeoutSeconds * second, signal };
  if (exec !== undefined) {
    const asked = { command: probeCommand(exec.command ?? [], container), timeoutSeconds };
    return execOutcome(await runtime.execSync(run.id, asked, signal), asked);
  }
  if (httpGet !== undefined) {
    const request = httpRequest(httpGet, { container, podIp, userAgent: probeUserAgent });
    if (!request.ok) return unknown(request.error);
    return httpOutcome(await probes.httpGet(request.value, limits));
  }
  if (tcpSocket !== undefined) {
    const port = portNumber(tcpSocket.port, container);
    if (!port.ok) return unknown(port.error);
    const target = { host: tcpSocket.host || podIp, port: port.value };
    return connectOutcome(await probes.connect(target, limits));
  }
  if (grpc !== undefined) {
    const target = { host: podIp, port: grpc.port, service: grpc.service ?? "" };
    return healthOutcome(await probes.health(target, limits), { ...target, timeoutSeconds });
  }
  return unknown(`missing probe handler for ${container.name}`);
}

function unknown(message: string): Outcome {
  return { kind: "Error", state: "unknown", message };
}
