/** Runs the program that a kubeconfig names for a credential. */
import { CREDENTIAL_PLUGIN, execInfo, type ExecPlugin } from "../../core/kube/exec_plugin.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import { killProcessGroup } from "../linux/process_group.ts";
import type { Cluster } from "./access.ts";

/** A program that takes longer is ended. */
const longestMs = 60_000;

/** What it printed. Throws `Unavailable`, with what it wrote to stderr where it failed. */
export async function runExecPlugin(
  plugin: ExecPlugin,
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
): Promise<string> {
  const { command, args, env, installHint } = plugin;
  let timer: Timer | undefined;
  let isLate = false;
  try {
    const info = execInfo(plugin, {
      server: cluster.server,
      authorityPem: cluster.authorityPem,
      proxyUrl: cluster.proxyUrl,
    });
    const child = new Deno.Command(command, {
      args: [...args],
      env: { ...env, KUBERNETES_EXEC_INFO: info },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A process group of its own, to be ended with all that it has started: what holds its output open holds us up.
      detached: true,
    }).spawn();
    timer = clock.after(longestMs, () => {
      isLate = true;
      killProcessGroup(child.pid);
    });
    const { success, stdout, stderr, code } = await child.output();
    if (success) return new TextDecoder().decode(stdout);
    if (isLate) throw new Error(`it took longer than ${longestMs / 1_000} s`);
    throw new Error(`exit code ${code}: ${lastLines(stderr)}`);
  } catch (cause) {
    throw new Unavailable(`${command} gave no credential: ${why(cause, installHint)}`, { cause });
  } finally {
    timer?.cancel();
  }
}

/** A program that the agent may not start could be one that somebody has put into the kubeconfig. */
function why(cause: unknown, installHint: string): string {
  if (cause instanceof Deno.errors.NotCapable) {
    return `the agent may start no such program. Make ${CREDENTIAL_PLUGIN} a link to it, and name that in the kubeconfig`;
  }
  const hint = cause instanceof Deno.errors.NotFound && installHint !== ""
    ? ` (${installHint})`
    : "";
  return messageOf(cause) + hint;
}

/** What a person needs of a program's complaints. */
function lastLines(stderr: Uint8Array): string {
  return new TextDecoder().decode(stderr).trim().slice(-500);
}
