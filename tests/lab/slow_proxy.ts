/** Puts a slow line between a lab and one of its registries, so that a pull takes seconds. */
import { logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { waitUntil } from "./processes.ts";

const PROGRAM = new URL("slow_proxy_program.ts", import.meta.url).pathname;

/** Serves on loopback at `port` what the registry at `target` serves, at 640 KiB a second. It ends with its lab. */
export async function startSlowProxy(
  lab: Lab,
  { port, target }: { readonly port: number; readonly target: number },
): Promise<void> {
  const hosts = `${lab.registryConfigDir}/127.0.0.1:${port}`;
  await Deno.mkdir(hosts);
  await Deno.writeTextFile(`${hosts}/hosts.toml`, `server = "http://127.0.0.1:${port}"\n`);
  const argv = lab.inside([Deno.execPath(), "run", "-A", PROGRAM, `${port}`, `${target}`]);
  const logPath = `${lab.workDir}/slow-proxy-${port}.log`;
  await startDaemon({ argv, logPath });
  const listening = `0100007F:${port.toString(16).toUpperCase()} 00000000:0000 0A`;
  const listens = async () => (await lab.exec(["cat", "/proc/net/tcp"])).stdout.includes(listening);
  if (await waitUntil(listens, { timeoutMs: 60_000, intervalMs: 30 })) return;
  throw new Error(`the slow proxy did not start:\n${await logTail(logPath)}`);
}
