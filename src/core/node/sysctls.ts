/** The kernel parameters that are a namespace's own, and those of them that any pod may set. */
import { isAtLeast } from "./kernel_version.ts";

/** The namespaces that have parameters of their own, as messages name them. */
export type SysctlNamespace = "IPC" | "Net" | "UTS" | "User";

const names: ReadonlyMap<string, SysctlNamespace> = new Map([
  ["kernel.domainname", "UTS"],
  ["kernel.sem", "IPC"],
  ["kernel.shmall", "IPC"],
  ["kernel.shmmax", "IPC"],
  ["kernel.shmmni", "IPC"],
  ["kernel.shm_rmid_forced", "IPC"],
  ["kernel.shm", "IPC"],
  ["kernel.msgmax", "IPC"],
  ["kernel.msgmnb", "IPC"],
  ["kernel.msgmni", "IPC"],
  ["kernel.msg", "IPC"],
]);
const groups: readonly (readonly [start: string, SysctlNamespace])[] = [
  ["net.", "Net"],
  ["fs.mqueue.", "IPC"],
  ["user.", "User"],
];

/** Those without influence on any other pod, each with the kernel that gave every network namespace its own. */
const safe: readonly (readonly [name: string, since: string])[] = [
  ["kernel.shm_rmid_forced", ""],
  ["net.ipv4.ip_local_port_range", ""],
  ["net.ipv4.tcp_syncookies", ""],
  ["net.ipv4.ping_group_range", ""],
  ["net.ipv4.ip_unprivileged_port_start", ""],
  ["net.ipv4.ip_local_reserved_ports", "3.16"],
  ["net.ipv4.tcp_keepalive_time", "4.5"],
  ["net.ipv4.tcp_fin_timeout", "4.6"],
  ["net.ipv4.tcp_keepalive_intvl", "4.5"],
  ["net.ipv4.tcp_keepalive_probes", "4.5"],
  ["net.ipv4.tcp_rmem", "4.15"],
  ["net.ipv4.tcp_wmem", "4.15"],
  ["net.ipv4.tcp_slow_start_after_idle", "4.15"],
  ["net.ipv4.tcp_notsent_lowat", "4.6"],
];

/** @see https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls */
export function safeSysctls(kernelVersion: string): readonly string[] {
  return safe.filter(([, since]) => since === "" || isAtLeast(kernelVersion, { since }))
    .map(([name]) => name);
}

/** The namespace whose own a parameter is; null: it is the whole machine's. Takes the start of names as well. */
export function namespaceOf(name: string): SysctlNamespace | null {
  return names.get(name) ?? groups.find(([start]) => name.startsWith(start))?.[1] ?? null;
}

/**
 * A name with dots between its parts: `net/ipv4/conf/eno2.100/rp_filter` is `net.ipv4.conf.eno2/100.rp_filter`.
 * @see sysctl.d(5)
 */
export function normalName(name: string): string {
  if (/[./]/.exec(name)?.[0] !== "/") return name;
  return name.replace(/[./]/g, (separator) => separator === "." ? "/" : ".");
}

const segment = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const patternEnd = "([a-z0-9][-_a-z0-9]*)?[a-z0-9*]";
const maxLength = 253;

/** What a name of a parameter looks like. */
export const sysctlName = { pattern: `^(${segment}[\\./])*${segment}$`, maxLength } as const;

const isName = new RegExp(sysctlName.pattern);
const isPattern = new RegExp(`^(${segment}[./])*${patternEnd}$`);

/** Whether a text has the form of a parameter's name. */
export function isSysctlName(text: string): boolean {
  return text.length <= maxLength && isName.test(text);
}

/** The same, with a `*` allowed at its end. */
export function isSysctlPattern(text: string): boolean {
  return text.length <= maxLength && isPattern.test(text);
}

/** What a name or a pattern such as `net.core.*` stands for. */
export interface SysctlPattern {
  readonly start: string;
  /** All names that begin so; false: just this one. */
  readonly isPrefix: boolean;
}

export function patternOf(text: string): SysctlPattern {
  const [start = "", ...rest] = normalName(text).split("*");
  return { start, isPrefix: rest.length > 0 };
}
