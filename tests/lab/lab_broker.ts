/** A message broker as a process of a test, on loopback or inside a lab: certificates, start and stop, whatever its make. */
import { type TestAuthority, testAuthority } from "../fakes/test_pki.ts";
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import { isAlive, signal, waitUntil } from "./processes.ts";
import type { Argv } from "./run.ts";

export interface LabBrokerOptions {
  /** An existing folder for its files. */
  readonly dir: string;
  readonly port: number;
  /** Wraps its command line, to run it in another network namespace. */
  readonly inside?: (argv: Argv) => Argv;
  /** PEM of an authority whose clients it believes as well. */
  readonly clientAuthority?: string;
  /** Addresses that its certificate names besides loopback's. */
  readonly addresses?: readonly string[];
}

/** What a make of broker has of its own. */
export interface BrokerProgram {
  readonly name: string;
  readonly argv: Argv;
  /** In its log when it takes connections. */
  readonly runningText: string;
  readonly startTimeoutMs: number;
  /** How long it may take to write what it has. */
  readonly stopTimeoutMs: number;
}

export interface LabBroker extends AsyncDisposable {
  readonly port: number;
  /** Signs its certificate and those of its clients. */
  readonly authority: TestAuthority;
  /** Path of the authority's certificate. */
  readonly caFile: string;
  /** Makes a client certificate; paths for a BrokerSettings. */
  client(commonName: string): { readonly certFile: string; readonly keyFile: string };
  start(): Promise<void>;
  /** SIGTERM: it writes what it has. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** It neither answers nor ends until it is thawed. */
  freeze(): void;
  thaw(): void;
  readonly pid: number;
  log(): Promise<string>;
}

/** Writes `ca.crt`, `broker.crt` and `broker.key` (PEM, SEC 1) into the broker's folder; gives the authority that signed them. */
export function writeBrokerCertificates(
  { dir, clientAuthority = "", addresses = [] }: LabBrokerOptions,
): TestAuthority {
  const authority = testAuthority("broker-ca");
  const own = authority.issue({ commonName: "localhost", purpose: "server", ips: addresses });
  writeSecret(`${dir}/ca.crt`, authority.certificate + clientAuthority);
  writeSecret(`${dir}/broker.crt`, own.certificate);
  writeSecret(`${dir}/broker.key`, own.key);
  return authority;
}

/** Started, with the certificates that lie in its folder. */
export async function startLabBroker(
  { dir, port, inside = (argv) => argv }: LabBrokerOptions,
  { authority, program }: { readonly authority: TestAuthority; readonly program: BrokerProgram },
): Promise<LabBroker> {
  const logPath = `${dir}/${program.name}.log`;
  let pid = 0;

  async function start(): Promise<void> {
    const before = await lineCount(logPath);
    pid = await startDaemon({ argv: inside(program.argv), logPath });
    const runs = async (): Promise<boolean> =>
      !isAlive(pid) || (await newLines(logPath, before)).includes(program.runningText);
    const ended = await waitUntil(runs, { timeoutMs: program.startTimeoutMs });
    if (ended && isAlive(pid)) return;
    await kill();
    throw new Error(`${program.name} did not start:\n${await logTail(logPath)}`);
  }
  const stop = (): Promise<void> => endProcess(pid, { graceMs: program.stopTimeoutMs });
  async function kill(): Promise<void> {
    if (isAlive(pid)) await endProcess(pid, { name: "SIGKILL" });
  }
  await start();
  return {
    port,
    authority,
    caFile: `${dir}/ca.crt`,
    client(commonName) {
      const pair = authority.issue({ commonName, purpose: "client" });
      const path = `${dir}/${crypto.randomUUID()}.pem`;
      writeSecret(path, pair.certificate + pair.key);
      return { certFile: path, keyFile: path };
    },
    start,
    stop,
    kill,
    freeze: () => signal(pid, "SIGSTOP"),
    thaw: () => signal(pid, "SIGCONT"),
    get pid() {
      return pid;
    },
    log: () => Deno.readTextFile(logPath),
    [Symbol.asyncDispose]: kill,
  };
}

function writeSecret(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
}

async function lineCount(path: string): Promise<number> {
  return (await Deno.readTextFile(path).catch(() => "")).split("\n").length - 1;
}

async function newLines(path: string, before: number): Promise<string> {
  return (await Deno.readTextFile(path)).split("\n").slice(before).join("\n");
}
