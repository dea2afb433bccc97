/**
 * The line between a lab's node and its API server, which can be broken in many ways: by a proxy of our own that refuses, flaps, is
 * slow or plays a captive portal, and by the kernel, which drops packets of it.
 */
import type { Cluster } from "./cluster.ts";
import { API_SERVER_PORT } from "./control_plane.ts";
import { logTail, startDaemon } from "./daemon.ts";
import type { LinkMode, LinkSettings } from "./faulty_link_program.ts";
import type { Lab } from "./lab.ts";
import { waitUntil } from "./processes.ts";
import { run } from "./run.ts";

/**
 * - `down`: connections end, and new ones are refused;
 * - `flapping`: that, and open again, each for a second;
 * - `black-hole`: every packet is lost, and nobody is told;
 * - `lossy`: 30 % of the packets are lost, in each direction;
 * - `slow`: what is sent arrives 2 s later, in each direction;
 * - `portal`: everything is answered with 200 and a page, behind a certificate of another authority;
 * - `trusted-portal`: the same behind one of the cluster's authority.
 */
export type LinkFault = Exclude<LinkMode, "open"> | "black-hole" | "lossy";

/** It ends with its lab. */
export interface FaultyLink {
  /** By which a node reaches the API server through it. */
  readonly server: string;
  /** From now on the line is like that; no connection survives it but where packets are lost. */
  breakDown(fault: LinkFault): Promise<void>;
  mend(): Promise<void>;
}

const PORT = 16443;
const PROGRAM = new URL("faulty_link_program.ts", import.meta.url).pathname;

export async function startFaultyLink(lab: Lab, cluster: Cluster): Promise<FaultyLink> {
  const { nodeAddress: host } = lab;
  const hosts = [host];
  await cluster.pki.issue([
    { name: "portal", commonName: "portal", hosts },
    { name: "trusted-portal", commonName: "portal", hosts, signer: "ca" },
  ]);
  const modeFile = `${lab.workDir}/link-mode`;
  const settings: LinkSettings = {
    host,
    port: PORT,
    targetPort: API_SERVER_PORT,
    modeFile,
    portalCertificate: `${cluster.pki.dir}/portal`,
    trustedCertificate: `${cluster.pki.dir}/trusted-portal`,
  };
  await Deno.writeTextFile(modeFile, "open");
  const argv = lab.inside([Deno.execPath(), "run", "-A", PROGRAM, JSON.stringify(settings)]);
  const logPath = `${lab.workDir}/link.log`;
  await startDaemon({ argv, logPath });
  await until("the link carries something", () => answers(lab), logPath);

  async function setMode(mode: LinkMode): Promise<void> {
    if (await Deno.readTextFile(modeFile) === mode) return;
    await Deno.writeTextFile(modeFile, mode);
    const now = () => Deno.readTextFile(`${modeFile}.now`).catch(() => "");
    await until(`the link is ${mode}`, async () => await now() === mode, logPath);
  }

  return {
    server: `https://${host}:${PORT}`,
    async breakDown(fault) {
      if (fault === "black-hole") await dropPackets(lab, { share: 1 });
      else if (fault === "lossy") await dropPackets(lab, { share: 0.3 });
      else await setMode(fault);
    },
    async mend() {
      await run(lab.inside(["iptables", "-F", "INPUT"]));
      await setMode("open");
    },
  };
}

async function answers(lab: Lab): Promise<boolean> {
  const listening = `:${PORT.toString(16).toUpperCase()} 00000000:0000 0A`;
  return (await lab.exec(["cat", "/proc/net/tcp"])).stdout.includes(listening);
}

/** Of the packets that go to the link's port, and of those that come from it; no other rule is in a lab's INPUT. */
async function dropPackets(lab: Lab, { share }: { readonly share: number }): Promise<void> {
  const some = `-m statistic --mode random --probability ${share}`;
  const rules = ["--dport", "--sport"].map((port) =>
    `iptables -A INPUT -p tcp ${port} ${PORT} ${share < 1 ? some : ""} -j DROP`
  );
  await run(lab.inside(["sh", "-ec", rules.join("\n")]));
}

async function until(
  what: string,
  isSo: () => Promise<boolean>,
  logPath: string,
): Promise<void> {
  if (await waitUntil(isSo, { timeoutMs: 60_000, intervalMs: 20 })) return;
  throw new Error(`waited in vain until ${what}:\n${await logTail(logPath)}`);
}
