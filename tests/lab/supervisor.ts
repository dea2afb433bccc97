/**
 * A supervisor as of k3s in front of a lab's API server, built with Go from the module in tests/cluster/supervisor: nodes join the cluster by a
 * token of k3s at its port, where it serves Kubernetes' API too. It is the project's own, written from k3s' sources; it is not k3s.
 */
import { caHash } from "../../src/core/k3s/ca_hash.ts";
import type { Cluster } from "./cluster.ts";
import type { CertificateRequest } from "./cluster_pki.ts";
import { type ClusterProcess, clusterProcess } from "./cluster_process.ts";
import { type GoModule, goPrograms, requireGoPrograms } from "./go_module.ts";
import type { Lab } from "./lab.ts";

const DIR = new URL("../cluster/supervisor", import.meta.url).pathname;

const MODULE: GoModule = {
  name: "supervisor",
  dir: DIR,
  sources: ["auth", "faults", "kube", "main", "nodes", "proxy", "record", "routes", "sign"]
    .map((name) => `${name}.go`),
  builds: [["build", "-ldflags", "-s -w", "-o", "{}/", "."]],
};

/** Throws `MissingParts` unless the program is there or there is a Go to build it with. */
export async function requireSupervisor(): Promise<void> {
  await requireGoPrograms(MODULE);
}

/** Where it serves, inside the lab. */
const PORT = 6444;

/** What it saw of a request below /v1-k3s, or for /cacerts. */
export interface SeenRequest {
  readonly Method: string;
  readonly Path: string;
  /** The scheme alone; "" for none. */
  readonly Authorization: string;
  /** Common name of the client certificate; "" for none. */
  readonly Certificate: string;
  readonly NodeName: string;
  /** Whether there was a node password. */
  readonly Password: boolean;
  readonly Status: number;
}

/** An order to fail, for the next so many requests of a path. */
export interface SupervisorFault {
  readonly Path: string;
  readonly Times: number;
  readonly Status?: number;
  readonly RetryAfter?: string;
  /** The answer ends in the middle. */
  readonly Half?: boolean;
  /** It signs for a key of its own, as releases did that read no request. */
  readonly Old?: boolean;
}

export interface Supervisor extends ClusterProcess, AsyncDisposable {
  /** Its URL, inside the lab. */
  readonly server: string;
  /** What nodes join by, as k3s writes it to its `node-token`. */
  readonly token: string;
  /** The password in it. */
  readonly password: string;
  seen(): Promise<readonly SeenRequest[]>;
  /** In the place of those before. */
  fail(...faults: readonly SupervisorFault[]): Promise<void>;
  /** Gives it another serving certificate of the same authority, for new connections. */
  rotate(life?: Pick<CertificateRequest, "notBefore" | "notAfter">): Promise<void>;
}

/** Starts it; certificates are signed for `lifeMs`. */
export async function startSupervisor(
  lab: Lab,
  cluster: Cluster,
  { lifeMs = 24 * 60 * 60_000 }: { readonly lifeMs?: number } = {},
): Promise<Supervisor> {
  const program = `${await goPrograms(MODULE)}/supervisor`;
  const { dir, pki } = cluster;
  const address = `${lab.nodeAddress}:${PORT}`;
  const [record, faults] = [`${dir}/supervisor-seen.jsonl`, `${dir}/supervisor-faults.json`];
  const password = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const settings = {
    Listen: address,
    API: cluster.server,
    PKI: pki.dir,
    CABundle: `${pki.dir}/ca.crt`,
    NodePassword: password,
    ServerPassword: password,
    LifeSeconds: lifeMs / 1_000,
    Config: CONFIG,
    APIServers: [address],
    Record: record,
    Faults: faults,
  };
  const path = `${dir}/supervisor.json`;
  await Deno.writeTextFile(path, JSON.stringify(settings), { mode: 0o600 });
  const rotate: Supervisor["rotate"] = (life = {}) =>
    pki.issue([{
      ...life,
      name: "supervisor",
      commonName: "k3s",
      hosts: [lab.nodeAddress, "127.0.0.1", "localhost"],
      signer: "ca",
    }]);
  await rotate();
  const server = `https://${address}`;
  const process = clusterProcess({
    name: "supervisor",
    argv: lab.inside([program, path]),
    logPath: `${dir}/supervisor.log`,
    isReady: async () => (await lab.exec(["curl", "-ksSf", `${server}/ping`])).code === 0,
  });
  await process.start();
  const hash = caHash(cluster.ca);
  if (!hash.ok) throw new Error(hash.error);
  return {
    ...process,
    get pid() {
      return process.pid;
    },
    server,
    token: `K10${hash.value}::server:${password}`,
    password,
    seen: () => recordsOf(record),
    fail: (...orders) => Deno.writeTextFile(faults, JSON.stringify(orders.map(withId))),
    rotate,
    [Symbol.asyncDispose]: process.kill,
  };
}

/** Of the many fields that a server has, some that a node acts on and some that it leaves aside. */
const CONFIG = {
  ClusterDNS: "10.96.0.10",
  ClusterDNSs: ["10.96.0.10"],
  ClusterDomain: "cluster.local",
  ClusterIPRange: { IP: "10.88.0.0", Mask: "//8AAA==" },
  ServiceNodePortRange: { Base: 30000, Size: 2768 },
  HTTPSPort: PORT,
  SupervisorPort: PORT,
  FlannelBackend: "vxlan",
  DisableKubeProxy: false,
  EgressSelectorMode: "agent",
};

function withId(fault: SupervisorFault): SupervisorFault & { readonly ID: string } {
  return { ...fault, ID: crypto.randomUUID() };
}

async function recordsOf(path: string): Promise<readonly SeenRequest[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
