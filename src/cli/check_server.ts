/** Finds what would keep this machine from joining a k3s server; nothing is written, and no node is made. */
import { servedAuthority } from "../core/k3s/ca_hash.ts";
import { versionSkew } from "../core/k3s/version_skew.ts";
import type { Finding } from "../core/node/preflight.ts";
import { KUBELET_VERSION } from "../core/version.ts";
import { Forbidden, messageOf, NotFound, PortError, Unauthorized } from "../ports/errors.ts";
import { skewText } from "./join/clock_skew.ts";
import { byToken } from "./join/k3s/ask_server.ts";
import type { K3sRequest } from "./join/k3s/request.ts";
import type { TrustedServer, TrustPorts } from "./join/k3s/trust.ts";

type Ports = Pick<TrustPorts, "clock" | "unverifiedCa" | "supervisor">;

/** Stops at the first thing without which the next cannot be asked: no credential leaves before the server has proved itself. */
export async function checkServer(
  request: K3sRequest,
  ports: Ports,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const ask = async (name: string, work: () => Promise<Finding | null>): Promise<boolean> => {
    try {
      const finding = await work();
      if (finding !== null) findings.push(finding);
      return finding?.verdict !== "error";
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      findings.push({ name, verdict: "error", detail: messageOf(error), fix: fixFor(error) });
      return false;
    }
  };
  let trusted: TrustedServer | null = null;
  const reached = await ask("server", async () => {
    const { pem, serverTime } = await ports.unverifiedCa(request.server, signal);
    findings.push({ name: "server", verdict: "ok", detail: `${request.server} answers` });
    findings.push(clockFinding({ own: ports.clock.now(), server: serverTime }));
    const { finding, ...authority } = authorityFinding(pem, request);
    trusted = { server: request.server, ...authority };
    return finding;
  });
  if (!reached || trusted === null) return findings;
  const known: TrustedServer = trusted;
  const proved = await ask("certificate", () => certificateFinding(known, ports));
  if (!proved) return findings;
  using supervisor = byToken(known, { ...request, ports });
  await ask("token", async () => {
    await supervisor.config();
    return { name: "token", verdict: "ok", detail: "the server accepts it for nodes" };
  });
  await ask("version", async () => versionFinding(await supervisor.version()));
  return findings;
}

function clockFinding(times: Parameters<typeof skewText>[0]): Finding {
  const skew = skewText(times);
  if (times.server === null) {
    return { name: "clock", verdict: "ok", detail: "the server does not tell its time" };
  }
  if (skew === null) return { name: "clock", verdict: "ok", detail: "agrees with the server's" };
  const fix = "set the clock (timedatectl)";
  return { name: "clock", verdict: "error", detail: skew, fix };
}

function authorityFinding(
  pem: string,
  { token }: K3sRequest,
): Omit<TrustedServer, "server"> & { readonly finding: Finding } {
  const name = "authority";
  const served = servedAuthority(pem);
  if (!served.ok) {
    const finding: Finding = { name, verdict: "error", detail: `/cacerts: ${served.error}` };
    return { finding, caHash: "", authorityPem: "" };
  }
  const { hash: caHash, vouched: authorityPem } = served.value;
  const found = (finding: Omit<Finding, "name">) => {
    return { finding: { name, ...finding }, caHash, authorityPem };
  };
  if (token.caHash === null) {
    const detail = `the token does not say which it is; this one has the hash ${caHash}`;
    const fix = "take the whole token (K10…) from /var/lib/rancher/k3s/server/node-token";
    return found({ verdict: "warning", detail, fix });
  }
  if (token.caHash === caHash) return found({ verdict: "ok", detail: "the one of the token" });
  const detail = `its hash is ${caHash}, the token's ${token.caHash}; no credential was sent`;
  const fix = "take the token from the server anew; if it is the same, do not trust this server";
  return found({ verdict: "error", detail, fix });
}

async function certificateFinding(
  { server, authorityPem }: TrustedServer,
  ports: Ports,
): Promise<Finding> {
  using supervisor = ports.supervisor({ cluster: { server, authorityPem } });
  await supervisor.prove();
  return { name: "certificate", verdict: "ok", detail: "signed by that authority" };
}

function versionFinding(version: string | null): Finding {
  const name = "version";
  if (version === null) {
    return { name, verdict: "ok", detail: "told to nodes only" };
  }
  const skew = versionSkew({ node: KUBELET_VERSION, server: version });
  return skew === ""
    ? { name, verdict: "ok", detail: version }
    : { name, verdict: "warning", detail: `${version}: ${skew}` };
}

function fixFor(error: PortError): string {
  if (error instanceof Unauthorized || error instanceof Forbidden) {
    return "take the token from /var/lib/rancher/k3s/server/node-token";
  }
  if (error instanceof NotFound) {
    return "give the address of a k3s server (1.22 or newer), and its supervisor's port";
  }
  return "see that the address is right, and that port 6443 is open";
}
