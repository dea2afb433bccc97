/** How the agent's JavaScript is run: permissions and V8 flags, for the compiled program, the wrapper script, the demo and tests alike. */

/**
 * What the agent may do, named one by one.
 *
 * - read, write: manifests, volumes and logs lie where the configuration and the pods' hostPath volumes say.
 * - net: unix sockets of the runtime and of the control API. Deno can narrow this only to paths known beforehand.
 * - run: ctr, containerd's own client, for importing image archives, and the program that a kubeconfig names for credentials,
 *   whose name nobody knows beforehand; no other program is ever started.
 * - ffi: libc, for mount(2), for the kernel's files under /proc and /sys, and to tell systemd that the agent is ready.
 * - sys: host name, memory size, statfs, user and group IDs.
 * - env: the variables of the service unit and of the proxies.
 *
 * Loading code is not among them, and Deno's file functions refuse /proc, /sys and /dev under this set.
 *
 * @see https://docs.deno.com/runtime/fundamentals/security/
 */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-run",
  "--allow-ffi",
  "--allow-sys",
  "--allow-env",
];

/** Chosen by measurement: docs/performance.md has the figures, `deno task bench` takes them anew. */
const V8_FLAGS: readonly string[] = ["--lite-mode"];

/** Arguments of both `deno run` and `deno compile`. */
export const RUNTIME_ARGS: readonly string[] = [
  "--no-npm",
  "--no-remote",
  `--v8-flags=${V8_FLAGS.join(",")}`,
  ...PERMISSIONS,
];

/** Arguments for `deno` that run the bundle `script`; the program's own arguments follow. */
export function denoRunArgs(script: string): readonly string[] {
  return ["run", "--quiet", "--no-config", "--no-lock", ...RUNTIME_ARGS, script];
}
