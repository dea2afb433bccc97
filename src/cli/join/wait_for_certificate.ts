/** Waits until the agent has the node's certificate, and tells what it waits for. */
import { formatDuration } from "../../core/duration.ts";
import { isExpired, parseCertificates } from "../../core/x509/certificate.ts";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { CliError } from "../command.ts";

export interface WaitPorts {
  readonly kubeconfig: NodeKubeconfig;
  /** What the agent says of the client certificate; "" where it says nothing. */
  readonly problem: () => Promise<string>;
  /** Null: nobody knows whether the agent runs. */
  readonly service: ServiceControl | null;
  readonly clock: Clock;
  readonly say: (line: string) => Promise<void>;
}

/** As often as kubeadm looks. */
const lookMs = second;

/** Whether the kubeconfig names a certificate of the node's own that is good. */
export async function hasCertificate(
  { kubeconfig, clock }: Pick<WaitPorts, "kubeconfig" | "clock">,
): Promise<boolean> {
  const credential = await kubeconfig.read();
  if (credential.kind !== "Certificate" || !credential.isOwn) return false;
  const chain = parseCertificates(credential.pair.certificate);
  return chain.ok && !isExpired(chain.value, clock.now());
}

/** Throws `CliError` when the time is over or the service does not come up; nothing is taken back then. */
export async function waitForCertificate(
  ports: WaitPorts,
  { timeoutMs }: { readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { clock, service, say } = ports;
  const end = clock.monotonic() + timeoutMs;
  let told = "";
  while (!await hasCertificate(ports)) {
    const problem = await ports.problem();
    if (problem !== "" && problem !== told) await say(problem);
    told = problem;
    if (service !== null && await service.state() === "failed") {
      throw new CliError("the service does not come up", { hint: "see: journalctl -u skerry" });
    }
    if (clock.monotonic() >= end) throw tooLate(told, timeoutMs);
    await clock.sleep(lookMs, signal);
  }
}

function tooLate(problem: string, timeoutMs: number): CliError {
  const why = problem === "" ? "" : `: ${problem}`;
  return new CliError(`the node has no certificate after ${formatDuration(timeoutMs)}${why}`, {
    hint: "the agent goes on trying; see: skerry status",
  });
}
