/** How the agent's JavaScript is run: permissions and V8 flags, for the compiled program, the wrapper script, the demo and tests alike. */
import { CREDENTIAL_PLUGIN } from "../src/core/kube/exec_plugin.ts";

/**
 * What the agent may do, named one by one.
 *
 * - read, write: manifests, volumes and logs lie where the configuration and the pods' hostPath volumes say.
 * - net: unix sockets of the runtime and of the control API, the ports of the HTTPS API and of health checks, the API server, and probes.
 *   Deno can narrow this only to addresses and paths known beforehand.
 * - run: ctr, containerd's own client, for importing image archives; systemctl, for `skerry join`; and the one place where a
 *   program may lie that makes credentials for a kubeconfig: a compiled program's permissions are fixed when it is built.
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
  `--allow-run=ctr,systemctl,${CREDENTIAL_PLUGIN}`,
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
