/** Finds what keeps pods from running on a machine, and says how to mend it. */
import type { RuntimeCondition } from "../cri/types.ts";
import { type Instant, rfc3339 } from "../instant.ts";
import { isLikely } from "../kept_time.ts";
import { type RelayFacts, relayFindings } from "./relay_findings.ts";
import { type StoreKeyFacts, storeKeyFinding } from "./store_key_finding.ts";
import type { CgroupSettings } from "./settings.ts";

/** What a check says: `warning` does not keep pods from running now, `error` does. */
export type Verdict = "ok" | "warning" | "error";

/** The outcome of one check; `fix` says what to do where there is something to do. */
export interface Finding {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly fix?: string;
}

/** The runtime as it answered, or why it did not. */
export type RuntimeFacts =
  & { readonly endpoint: string }
  & (
    | { readonly reachable: false; readonly error: string }
    | {
      readonly reachable: true;
      readonly name: string;
      readonly version: string;
      readonly conditions: readonly RuntimeCondition[];
      /** Null where the runtime cannot tell. */
      readonly cgroupDriver: CgroupSettings["driver"] | null;
    }
  );

/** Room on the file system that a directory lies on. */
export interface DiskFacts {
  readonly path: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** A file or directory that the configuration names; `error` says why the agent cannot use it, null where it can. */
export interface PathFacts {
  readonly path: string;
  readonly error: string | null;
}

/** The certificate by which the node is known to its cluster; null where it has none, or the credential is another one. */
export interface ClientCertificateFacts {
  /** Null where it cannot be read. */
  readonly expiresAt: Instant | null;
  /** Why it cannot be read; "" where it can. */
  readonly error: string;
  /** A bootstrap kubeconfig is there to get another with. */
  readonly hasBootstrap: boolean;
}

/** What the machine and the configuration say. */
export interface PreflightFacts {
  readonly isRoot: boolean;
  readonly runtime: RuntimeFacts;
  readonly cgroups: Pick<CgroupSettings, "version" | "driver"> & {
    /** Those that the kernel has and has not been told to leave out. */
    readonly controllers: readonly string[];
    /** `failCgroupV1` */
    readonly failV1: boolean;
  };
  /** The device tree's name of the board; "" where there is none. */
  readonly boardModel: string;
  /** The file with the kernel's command line on a Raspberry Pi. */
  readonly bootFile: string;
  /** `fail` is `failSwapOn`. */
  readonly swap: { readonly bytes: number; readonly fail: boolean };
  readonly rootDir: PathFacts;
  /** Null where pods inherit nothing from the machine. */
  readonly resolvConf: PathFacts | null;
  readonly storeKey: StoreKeyFacts;
  readonly disks: readonly DiskFacts[];
  readonly clientCertificate: ClientCertificateFacts | null;
  /** Null where status goes to the API server alone. */
  readonly relay: RelayFacts | null;
  readonly now: Instant;
  /** Whether a time source has set the clock. */
  readonly isSynchronised: boolean;
  readonly ipForward: boolean;
}

/** All checks, in an order in which they are best mended. */
export function preflight(facts: PreflightFacts): readonly Finding[] {
  return [
    privileges(facts),
    runtime(facts.runtime),
    network(facts.runtime),
    controllers(facts),
    cgroupVersion(facts),
    cgroupDriver(facts),
    swap(facts),
    rootDir(facts),
    resolvConf(facts),
    storeKeyFinding(facts.storeKey),
    ...facts.disks.map(disk),
    clock(facts),
    clientCertificate(facts),
    ...facts.relay === null ? [] : relayFindings(facts.relay, facts.now),
    forwarding(facts),
  ].filter((finding) => finding !== null);
}

/** The worst of them. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const has = (verdict: Verdict): boolean => findings.some((each) => each.verdict === verdict);
  return has("error") ? "error" : has("warning") ? "warning" : "ok";
}

function privileges({ isRoot }: PreflightFacts): Finding {
  const name = "privileges";
  if (isRoot) return { name, verdict: "ok", detail: "running as root" };
  return {
    name,
    verdict: "error",
    detail: "not running as root: the agent mounts volumes and writes cgroups",
    fix: "run it with sudo, or as the service that install.sh sets up",
  };
}

function runtime(facts: RuntimeFacts): Finding {
  const name = "runtime";
  const { endpoint } = facts;
  if (!facts.reachable) {
    return {
      name,
      verdict: "error",
      detail: `no container runtime answers at ${endpoint}: ${facts.error}`,
      fix:
        "install and start containerd (apt-get install containerd; systemctl enable --now containerd), " +
        "or name another socket with --container-runtime-endpoint",
    };
  }
  const found = `${facts.name} ${facts.version} at ${endpoint}`;
  const bad = unmet(facts.conditions, "RuntimeReady");
  if (bad === null) return { name, verdict: "ok", detail: found };
  return {
    name,
    verdict: "error",
    detail: `${found} is not ready: ${bad}`,
    fix: `see what ${facts.name} says: journalctl -u ${facts.name}`,
  };
}

function network(facts: RuntimeFacts): Finding | null {
  const name = "network";
  if (!facts.reachable) return null;
  const bad = unmet(facts.conditions, "NetworkReady");
  if (bad === null) return { name, verdict: "ok", detail: "the runtime has a pod network" };
  return {
    name,
    verdict: "error",
    detail: `the runtime has no pod network: ${bad}`,
    fix: "install the CNI plugins (apt-get install containernetworking-plugins), set bin_dir to " +
      "where they are (/usr/lib/cni on Debian) and put a network configuration into /etc/cni/net.d",
  };
}

/** Why a condition does not hold; null where it does. */
function unmet(conditions: readonly RuntimeCondition[], type: string): string | null {
  const condition = conditions.find((each) => each.type === type);
  if (condition === undefined) return `it does not report ${type}`;
  const { status, reason, message } = condition;
  return status ? null : [reason, message].filter((text) => text !== "").join(": ") || type;
}

function controllers({ cgroups, boardModel, bootFile }: PreflightFacts): Finding {
  const name = "cgroup controllers";
  const missing = ["cpu", "memory", "pids"].filter((each) => !cgroups.controllers.includes(each));
  if (missing.length === 0) {
    return { name, verdict: "ok", detail: "cpu, memory and pids are there" };
  }
  const detail = `missing: ${missing.join(", ")}; limits of that kind cannot be kept`;
  const parameters = missing.includes("memory")
    ? "cgroup_enable=memory cgroup_memory=1"
    : missing.map((each) => `cgroup_enable=${each}`).join(" ");
  const where = boardModel.startsWith("Raspberry Pi")
    ? `add "${parameters}" to the end of the one line in ${bootFile}`
    : `add "${parameters}" to the kernel's command line`;
  return { name, verdict: "error", detail, fix: `${where}, then reboot` };
}

function cgroupVersion({ cgroups: { version, failV1 } }: PreflightFacts): Finding {
  const name = "cgroup version";
  if (version === 2) return { name, verdict: "ok", detail: "2" };
  const fix = "boot with systemd.unified_cgroup_hierarchy=1";
  if (!failV1) return { name, verdict: "ok", detail: "1, which failCgroupV1: false allows" };
  return {
    name,
    verdict: "error",
    detail: "1, and failCgroupV1 is true: the agent refuses to start",
    fix: `${fix}, or set failCgroupV1: false`,
  };
}

/** Two managers of one cgroup tree undo each other's limits. */
function cgroupDriver({ cgroups, runtime }: PreflightFacts): Finding | null {
  const name = "cgroup driver";
  if (!runtime.reachable || runtime.cgroupDriver === null) return null;
  if (runtime.cgroupDriver === cgroups.driver) {
    return { name, verdict: "ok", detail: cgroups.driver };
  }
  return {
    name,
    verdict: "error",
    detail: `${runtime.name} uses ${runtime.cgroupDriver}, the agent ${cgroups.driver}`,
    fix: `set cgroupDriver: ${runtime.cgroupDriver} in the agent's configuration`,
  };
}

function swap({ swap: { bytes, fail } }: PreflightFacts): Finding {
  const name = "swap";
  if (bytes === 0) return { name, verdict: "ok", detail: "off" };
  const on = `on, ${shownBytes(bytes)}`;
  if (!fail) return { name, verdict: "ok", detail: `${on}, which failSwapOn: false allows` };
  return {
    name,
    verdict: "error",
    detail: `${on}, and failSwapOn is true: the agent refuses to start`,
    fix: "turn it off (swapoff -a, and no swap in /etc/fstab; on Raspberry Pi OS also " +
      "systemctl disable --now dphys-swapfile), or set failSwapOn: false",
  };
}

function rootDir({ rootDir: { path, error } }: PreflightFacts): Finding {
  const name = "rootDir";
  if (error === null) return { name, verdict: "ok", detail: path };
  return {
    name,
    verdict: "error",
    detail: `${path} cannot be used: ${error}`,
    fix: "name another directory with rootDir or --root-dir",
  };
}

function resolvConf({ resolvConf: facts }: PreflightFacts): Finding | null {
  const name = "resolvConf";
  if (facts === null) return null;
  const { path, error } = facts;
  if (error === null) return { name, verdict: "ok", detail: path };
  return {
    name,
    verdict: "error",
    detail: `${path} cannot be read: ${error}`,
    fix: 'name another file with resolvConf or --resolv-conf, or none with ""',
  };
}

/** The kubelet's default threshold for evicting pods when the disk fills up. */
const LEAST_FREE_SHARE = 0.1;
/** With less than this not even an image of busybox and the logs of a few pods fit. */
const LEAST_FREE_BYTES = 64 * 1024 ** 2;

function disk({ path, totalBytes, freeBytes }: DiskFacts): Finding {
  const name = `disk ${path}`;
  const share = freeBytes / totalBytes;
  const detail = `${shownBytes(freeBytes)} of ${shownBytes(totalBytes)} free`;
  const fix =
    "make room: remove images that nobody uses (crictl rmi --prune), old logs and packages";
  if (freeBytes < LEAST_FREE_BYTES) return { name, verdict: "error", detail, fix };
  if (share < LEAST_FREE_SHARE) return { name, verdict: "warning", detail, fix };
  return { name, verdict: "ok", detail };
}

/** A board without a battery for its clock starts in 1970, or where it was last. */
function clock({ now, isSynchronised }: PreflightFacts): Finding {
  const name = "clock";
  const detail = rfc3339(now);
  if (isSynchronised) return { name, verdict: "ok", detail: `${detail}, synchronised` };
  const harm = "certificates seem not valid yet or expired, and records bear wrong times";
  const fix =
    "turn on time synchronisation (timedatectl set-ntp true), or fit the board with a clock battery";
  return {
    name,
    verdict: "warning",
    detail: isLikely(now)
      ? `${detail}, and no time source has set it: where it is wrong, ${harm}`
      : `${detail} cannot be right: ${harm}`,
    fix,
  };
}

/** Pods go on without it, so that it is no error. */
function clientCertificate(
  { clientCertificate: facts, now }: PreflightFacts,
): Finding | null {
  const name = "client certificate";
  if (facts === null) return null;
  const { expiresAt, error, hasBootstrap } = facts;
  if (expiresAt !== null && now <= expiresAt) {
    return { name, verdict: "ok", detail: `good until ${rfc3339(expiresAt)}` };
  }
  const state = expiresAt === null
    ? `cannot be read: ${error}`
    : `expired at ${rfc3339(expiresAt)}, by this machine's clock`;
  return {
    name,
    verdict: "warning",
    detail: `${state}; the pods go on, the cluster does not hear of them`,
    fix: hasBootstrap
      ? "the agent gets another with the bootstrap kubeconfig once the API server answers; " +
        "where its token has expired, join again (skerry join)"
      : "join again with a new token (kubeadm token create --print-join-command, skerry join): " +
        "it stays the same node",
  };
}

function forwarding({ ipForward }: PreflightFacts): Finding {
  const name = "IP forwarding";
  if (ipForward) return { name, verdict: "ok", detail: "on" };
  return {
    name,
    verdict: "warning",
    detail: "off: pods may reach this machine only",
    fix: 'put "net.ipv4.ip_forward = 1" into /etc/sysctl.d/90-skerry.conf, then sysctl --system',
  };
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

function shownBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10);
  const index = Math.min(exponent, UNITS.length - 1);
  const value = bytes / 1024 ** index;
  return `${index === 0 ? value : value.toFixed(1)} ${UNITS[index]}`;
}
