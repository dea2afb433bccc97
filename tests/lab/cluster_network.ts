/** How a lab's API server is reached: by its service's address inside a lab, and by a port on loopback from outside. */
import { logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { isAlive, waitUntil } from "./processes.ts";
import { run } from "./run.ts";

/** Of the service `kubernetes`, by which pods reach the API server. */
const KUBERNETES_SERVICE_ADDRESS = "10.96.0.1";

/** What kube-proxy would do for the one service that every pod may need; `to` is HOST:PORT. */
export async function routeService(lab: Lab, { to }: { readonly to: string }): Promise<void> {
  const rule = `-d ${KUBERNETES_SERVICE_ADDRESS} -p tcp --dport 443 -j DNAT --to-destination ${to}`;
  const script = ["PREROUTING", "OUTPUT"].map((chain) => `iptables -t nat -A ${chain} ${rule}`);
  await run(lab.inside(["sh", "-ec", script.join("\n")]));
}

/** Opens a port on this process's loopback that leads to `target` (HOST:PORT) inside the lab. It ends with the lab. */
export async function forwardInto(
  lab: Lab,
  { program, target }: { readonly program: string; readonly target: string },
): Promise<number> {
  const logPath = `${lab.workDir}/forward-${crypto.randomUUID()}.log`;
  const argv = lab.inside([program, `/proc/${Deno.pid}/ns/net`, target]);
  const pid = await startDaemon({ argv, logPath });
  const port = async () => Number(/^port (\d+)$/m.exec(await Deno.readTextFile(logPath))?.[1]);
  const listens = async () => !isAlive(pid) || await port() > 0;
  if (await waitUntil(listens, { timeoutMs: 60_000 }) && isAlive(pid)) return await port();
  throw new Error(`the way into the lab did not open:\n${await logTail(logPath)}`);
}
