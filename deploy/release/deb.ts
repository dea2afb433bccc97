/** The Debian package of a release. */
import { type Entry, layDown, system } from "./tree.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const DEPLOY = `${ROOT}deploy`;
const SCRIPTS = ["preinst", "postinst", "prerm", "postrm"];

/** Where the package's own pages lie. */
export const DOC = "usr/share/doc/skerry/";

/** What dpkg shall know of the package. */
export interface Control {
  readonly version: string;
  /** Debian's name. */
  readonly arch: string;
  readonly installedBytes: number;
}

/**
 * The text of `control`. The libraries are those of the runtime (`readelf -d`); what a pod network needs may come from elsewhere, as
 * Kubernetes' own installers bring it, so it is not demanded.
 *
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html
 */
export function control({ version, arch, installedBytes }: Control): string {
  return `Package: skerry
Version: ${version}
Architecture: ${arch}
Maintainer: The Skerry authors <noreply@skerry.dev>
Installed-Size: ${Math.ceil(installedBytes / 1024)}
Depends: libc6 (>= 2.27), libgcc-s1, init-system-helpers (>= 1.54), containerd | containerd.io, runc | containerd.io, iptables
Recommends: containernetworking-plugins
Section: admin
Priority: optional
Description: Kubernetes node agent for the edge
 Skerry does the kubelet's job on boards whose link to the control plane comes
 and goes: it drives containerd through CRI, keeps the pods it was given running,
 and starts them again after a reboot with no link.
`;
}

/** The unit, with the program where the package has it. */
export function packagedUnit(unit: string): string {
  return unit.replaceAll("/usr/local/bin/skerry", "/usr/bin/skerry");
}

/** What the service needs beside the program. */
export async function serviceEntries(): Promise<readonly Entry[]> {
  const unit = packagedUnit(await Deno.readTextFile(`${DEPLOY}/skerry.service`));
  const conflist = "10-skerry.conflist";
  return [
    { path: "etc/skerry/config.yaml", mode: 0o644, from: `${DEPLOY}/config.yaml` },
    { path: "etc/skerry/manifests", mode: 0o755, folder: true },
    { path: "etc/cni/net.d", mode: 0o755, folder: true },
    { path: "usr/lib/systemd/system/skerry.service", mode: 0o644, text: unit },
    { path: `usr/share/skerry/${conflist}`, mode: 0o644, from: `${DEPLOY}/${conflist}` },
    { path: `${DOC}copyright`, mode: 0o644, text: await copyright() },
    { path: "var/lib/skerry", mode: 0o700, folder: true },
    { path: "var/lib/skerry/images", mode: 0o700, folder: true },
  ];
}

async function copyright(): Promise<string> {
  const license = await Deno.readTextFile(`${ROOT}LICENSE`);
  return `Skerry is licensed as follows; what it is made of besides its own code is in THIRD_PARTY_LICENSES.\n\n${license}`;
}

/** A package to make. */
export interface DebJob {
  readonly version: string;
  /** Debian's name. */
  readonly arch: string;
  readonly entries: readonly Entry[];
  /** Seconds since 1970: the time of every file. */
  readonly epoch: number;
  /** An empty folder to work in. */
  readonly dir: string;
  readonly out: string;
}

async function bytesOf(entry: Entry): Promise<number> {
  if ("from" in entry) return (await Deno.stat(entry.from)).size;
  return "text" in entry ? new TextEncoder().encode(entry.text).length : 0;
}

async function controlEntries({ version, arch, entries }: DebJob): Promise<readonly Entry[]> {
  const sizes = await Promise.all(entries.map(bytesOf));
  const installedBytes = sizes.reduce((sum, size) => sum + size, 0);
  return [
    { path: "DEBIAN/control", mode: 0o644, text: control({ version, arch, installedBytes }) },
    { path: "DEBIAN/conffiles", mode: 0o644, text: "/etc/skerry/config.yaml\n" },
    ...SCRIPTS.map((name) => ({
      path: `DEBIAN/${name}`,
      mode: 0o755,
      from: `${DEPLOY}/debian/${name}`,
    })),
  ];
}

/** The same bytes for the same input, wherever it is made. */
export async function writeDeb(job: DebJob): Promise<void> {
  const entries = [...await controlEntries(job), ...job.entries];
  await layDown({ root: job.dir, entries, epoch: job.epoch });
  await system("dpkg-deb", {
    args: ["--root-owner-group", "-Zgzip", "-z6", "--build", job.dir, job.out],
    env: { SOURCE_DATE_EPOCH: String(job.epoch) },
    from: "dpkg",
  });
}
