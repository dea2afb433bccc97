/** Logs in to the board as root over loopback, with a key made for this test. */
import { endProcess, startDaemon } from "../lab/daemon.ts";
import { isAlive, waitUntil } from "../lab/processes.ts";
import { type Argv, run, type RunOptions, type RunResult, tryRun } from "../lab/run.ts";

export interface Ssh {
  /** The line for the board's authorized_keys. */
  readonly publicKey: string;
  /** Opens the connection that all commands share, since a key exchange takes an emulated board long; false where nobody answers. */
  connect(): Promise<boolean>;
  /** Runs a shell command on the board; gives its exit code, and 255 where there is no connection. */
  tryRun(command: string, options?: RunOptions): Promise<RunResult>;
  hangUp(): Promise<void>;
}

const HOST = "root@127.0.0.1";
const CONNECT_TIMEOUT_MS = 180_000;

const OPTIONS = {
  BatchMode: "yes",
  ConnectTimeout: "120",
  IdentitiesOnly: "yes",
  LogLevel: "ERROR",
  ServerAliveInterval: "15",
  ServerAliveCountMax: "20",
  StrictHostKeyChecking: "no",
  UserKnownHostsFile: "/dev/null",
};

function sshArgv({ dir, port }: { readonly dir: string; readonly port: number }): Argv {
  const options = { ...OPTIONS, ControlPath: `${dir}/ssh.sock`, IdentityFile: `${dir}/key` };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["ssh", "-F", "/dev/null", "-p", `${port}`, ...flags];
}

/** Keeps its files in `dir`. */
export async function createSsh(
  { dir, port }: { readonly dir: string; readonly port: number },
): Promise<Ssh> {
  const ssh = sshArgv({ dir, port });
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "board", "-f", `${dir}/key`]);
  let pid: number | undefined;

  async function hangUp(): Promise<void> {
    if (pid !== undefined) await endProcess(pid);
    pid = undefined;
  }

  async function connect(): Promise<boolean> {
    await hangUp();
    const started = await startDaemon({
      argv: [...ssh, "-M", "-N", HOST],
      logPath: `${dir}/ssh.log`,
    });
    pid = started;
    const isOpen = async () => (await tryRun([...ssh, "-O", "check", HOST])).code === 0;
    const decided = async () => !isAlive(started) || await isOpen();
    await waitUntil(decided, { timeoutMs: CONNECT_TIMEOUT_MS, intervalMs: 500 });
    return await isOpen();
  }

  return {
    publicKey: (await Deno.readTextFile(`${dir}/key.pub`)).trim(),
    connect,
    tryRun: (command, options) => tryRun([...ssh, HOST, command], options),
    hangUp,
  };
}
