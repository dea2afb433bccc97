/** Checks that this machine has every program the lab needs, and says how to get what is missing. */

/** One thing the lab needs: any of these files, from this Debian package. */
export interface Part {
  readonly files: readonly string[];
  readonly debianPackage: string;
}

const BIN_DIRS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

export function program(name: string, debianPackage: string): Part {
  return { files: BIN_DIRS.map((dir) => `${dir}/${name}`), debianPackage };
}

/** What every lab needs. */
const LAB_PARTS: readonly Part[] = [
  program("containerd", "containerd"),
  program("ctr", "containerd"),
  program("runc", "runc"),
  program("ip", "iproute2"),
  program("nsenter", "util-linux"),
  program("iptables", "iptables"),
  program("busybox", "busybox-static"),
  {
    files: ["/usr/lib/cni/bridge", "/opt/cni/bin/bridge"],
    debianPackage: "containernetworking-plugins",
  },
];

/** What the local image registry needs on top. */
const REGISTRY_PARTS: readonly Part[] = [program("docker-registry", "docker-registry")];

/** What sends as many requests as it can. */
const LOAD_PARTS: readonly Part[] = [program("wrk", "wrk")];

/** What records the writes of the store. */
const TRACE_PARTS: readonly Part[] = [program("strace", "strace")];

/** What the tests of the relay need on top. */
const BROKER_PARTS: readonly Part[] = [program("mosquitto", "mosquitto")];

/** What the tests of install.sh need to judge the unit that it lays down. */
const UNIT_PARTS: readonly Part[] = [program("systemd-analyze", "systemd")];

/** What the images of the conformance suite are made of besides what Go builds. */
const CONFORMANCE_PARTS: readonly Part[] = [
  program("bash", "bash"),
  program("curl", "curl"),
  program("dig", "bind9-dnsutils"),
  program("nc.openbsd", "netcat-openbsd"),
  program("hostname", "hostname"),
  program("ldd", "libc-bin"),
];

/** What the tests of metrics need on top. */
const PROMETHEUS_PARTS: readonly Part[] = [
  program("prometheus", "prometheus"),
  program("promtool", "prometheus"),
  program("curl", "curl"),
];

/** Raised when the lab cannot run on this machine as it is; the message says what to do. */
export class MissingParts extends Error {
  override readonly name = "MissingParts";
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function firstExisting(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await exists(file)) return file;
  return undefined;
}

export async function demand(parts: readonly Part[]): Promise<void> {
  const missing = new Set<string>();
  for (const part of parts) {
    if (await firstExisting(part.files) === undefined) missing.add(part.debianPackage);
  }
  if (missing.size > 0) {
    throw new MissingParts(
      `missing on this machine. Install with: sudo apt-get install -y --no-install-recommends ${
        [...missing].join(" ")
      } (or run sudo ./install.sh --test, which installs everything the tests need)`,
    );
  }
}

export function requireRoot(what: string): void {
  if (Deno.uid() === 0) return;
  throw new MissingParts(`${what} needs root. Run as root, for example: sudo ./install.sh --test`);
}

/** Throws {@linkcode MissingParts} unless the caller is root and every program of a lab is there. */
export async function requireLabParts(): Promise<void> {
  requireRoot("a private containerd");
  await demand(LAB_PARTS);
}

/** Throws {@linkcode MissingParts} unless Debian's docker-registry is there. */
export async function requireRegistryParts(): Promise<void> {
  await demand(REGISTRY_PARTS);
}

/** Throws {@linkcode MissingParts} unless Debian's wrk is there. */
export async function requireLoadParts(): Promise<void> {
  await demand(LOAD_PARTS);
}

/** Throws {@linkcode MissingParts} unless Debian's strace is there. */
export async function requireTraceParts(): Promise<void> {
  await demand(TRACE_PARTS);
}

/** Throws {@linkcode MissingParts} unless Debian's mosquitto is there. */
export async function requireBrokerParts(): Promise<void> {
  await demand(BROKER_PARTS);
}

/** Throws {@linkcode MissingParts} unless systemd's check of units is there; systemd itself need not run. */
export async function requireUnitParts(): Promise<void> {
  await demand(UNIT_PARTS);
}

/** Throws {@linkcode MissingParts} unless everything is there that the conformance suite's images are made of. */
export async function requireConformanceParts(): Promise<void> {
  await demand(CONFORMANCE_PARTS);
}

/** Throws {@linkcode MissingParts} unless Debian's Prometheus is there. */
export async function requirePrometheusParts(): Promise<void> {
  await demand(PROMETHEUS_PARTS);
}

/** The full path of a program, or undefined where the machine does not have it. */
export async function findProgram(name: string): Promise<string | undefined> {
  return await firstExisting(BIN_DIRS.map((dir) => `${dir}/${name}`));
}

/** The folder of the CNI plugins: Debian's, or upstream's default. */
export async function cniBinDir(): Promise<string> {
  return (await exists("/usr/lib/cni/bridge")) ? "/usr/lib/cni" : "/opt/cni/bin";
}
