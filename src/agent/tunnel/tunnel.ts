/** Tunnels to all servers of a list, so that the cluster reaches a node to which nobody can connect. See docs/tunnel.md. */
import { minute } from "../../core/instant.ts";
import { createBell } from "../../ports/bell.ts";
import { runServerTunnel, type ServerTunnelOptions } from "./server_tunnel.ts";

/** The servers, as they are known now. */
export interface ServerList {
  /** Such as `10.0.0.1:6443` or `[2001:db8::1]:6443`. An empty list is taken for none that is known: what there is stays. */
  current(): readonly string[];
  /** Calls back after each change, until disposed of. */
  onChange(notice: () => void): Disposable;
}

export interface TunnelOptions extends Omit<ServerTunnelOptions, "server"> {
  readonly servers: ServerList;
}

export interface Tunnel {
  /** Holds a tunnel to each server until the signal aborts; then all that went through them has ended. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

interface Held {
  readonly leaving: AbortController;
  readonly ended: Promise<void>;
}

/** The list is looked at again after so long, should a change not have been told. */
const lookMs = 60 * minute;

export function createTunnel(options: TunnelOptions): Tunnel {
  const { servers, clock, metrics } = options;
  const log = options.log.named("tunnel");

  function enter(server: string): Held {
    const leaving = new AbortController();
    const ended = runServerTunnel({ ...options, log, server }, leaving.signal);
    return { leaving, ended };
  }

  function leave({ leaving }: Held): void {
    leaving.abort(new Error("the server is not one of the cluster's any more"));
  }

  /** Gives those that were left. */
  function follow(held: Map<string, Held>): readonly Held[] {
    const wanted = new Set(servers.current());
    if (wanted.size === 0) return [];
    const left = [...held].filter(([server]) => !wanted.has(server));
    for (const [server, each] of left) {
      held.delete(server);
      leave(each);
    }
    for (const server of wanted) if (!held.has(server)) held.set(server, enter(server));
    metrics.servers.set({}, held.size);
    return left.map(([, each]) => each);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const held = new Map<string, Held>();
    const ending = new Set<Promise<void>>();
    const bell = createBell(clock);
    using _notice = servers.onChange(bell.ring);
    while (!signal.aborted) {
      for (const { ended } of follow(held)) {
        ending.add(ended);
        void ended.then(() => ending.delete(ended));
      }
      await bell.wait(lookMs, signal);
    }
    for (const each of held.values()) leave(each);
    await Promise.all([...ending, ...[...held.values()].map(({ ended }) => ended)]);
    metrics.servers.set({}, 0);
  }

  return { run };
}
