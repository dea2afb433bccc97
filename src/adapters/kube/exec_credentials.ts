/** Credentials that programs make, kept until they expire. */
import { type ExecPlugin, readExecCredential } from "../../core/kube/exec_plugin.ts";
import type { Instant } from "../../core/instant.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Access, Cluster } from "./access.ts";
import { runExecPlugin } from "./run_exec_plugin.ts";

type Given = Omit<Access, "cluster">;

export interface ExecCredentials {
  /** Runs the plugin where it has not been run, where what it gave is over, or was refused. Throws `Unavailable`. */
  of(
    plugin: ExecPlugin,
    asked: { readonly cluster: Cluster; readonly refused: boolean },
  ): Promise<Given>;
  /** What was given last has expired. */
  isOver(): boolean;
}

/** A plugin that failed, or whose credential was refused, is not run again sooner. */
const pauseMs = 10_000;

interface Kept {
  readonly plugin: ExecPlugin;
  readonly given: Given;
  readonly expires: Instant | undefined;
  /** Of the monotonic clock. */
  readonly at: number;
}

export function execCredentials({ clock }: { readonly clock: Clock }): ExecCredentials {
  let kept: Kept | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  const isRecent = (at: number): boolean => clock.monotonic() - at < pauseMs;
  const isOver = (): boolean => kept?.expires !== undefined && clock.now() >= kept.expires;

  async function run(plugin: ExecPlugin, cluster: Cluster): Promise<Kept> {
    const output = await runExecPlugin(plugin, { cluster, clock });
    const read = readExecCredential(output, plugin);
    if (!read.ok) throw new Unavailable(`${plugin.command} gave no credential: ${read.error}`);
    const { token, certificate, expires } = read.value;
    const given = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(certificate !== undefined && { certificate }),
    };
    return { plugin, given, expires, at: clock.monotonic() };
  }

  return {
    isOver,
    async of(plugin, { cluster, refused }) {
      const mayStay = kept !== undefined && isSameJson(kept.plugin, plugin) && !isOver();
      if (kept !== undefined && mayStay && (!refused || isRecent(kept.at))) return kept.given;
      if (failed !== undefined && isRecent(failed.at)) throw failed.error;
      try {
        kept = await run(plugin, cluster);
        return kept.given;
      } catch (error) {
        failed = { error, at: clock.monotonic() };
        throw error;
      }
    },
  };
}
