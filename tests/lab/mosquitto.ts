/** Debian's mosquitto with the configuration of deploy/broker, on loopback or inside a lab. */
import { type TestAuthority, testAuthority } from "../fakes/test_pki.ts";
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import { requireBrokerParts } from "./parts.ts";
import { isAlive, signal, waitUntil } from "./processes.ts";
import type { Argv } from "./run.ts";

const EXAMPLE = new URL("../../deploy/broker/", import.meta.url).pathname;

export interface MosquittoOptions {
  /** An existing folder for its files. */
  readonly dir: string;
  readonly port: number;
  /** Wraps its command line, to run it in another network namespace. */
  readonly inside?: (argv: Argv) => Argv;
  /** PEM of an authority whose clients it believes as well. */
  readonly clientAuthority?: string;
  /** Addresses that its certificate names besides loopback's. */
  readonly addresses?: readonly string[];
  /** Lines behind those of the example, such as another listener. */
  readonly extra?: readonly string[];
}

export interface Mosquitto extends AsyncDisposable {
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

/** The example with the lab's paths and port, and nothing else changed. */
export function configurationFor(
  example: string,
  { dir, port }: { readonly dir: string; readonly port: number },
): string {
  return example
    .replaceAll("/etc/mosquitto/skerry/", `${dir}/`)
    .replaceAll("/var/lib/mosquitto/", `${dir}/data/`)
    .replace("listener 8883", `listener ${port}`);
}

/** Started; throws MissingParts where there is no mosquitto. */
export async function startMosquitto(options: MosquittoOptions): Promise<Mosquitto> {
  await requireBrokerParts();
  const { dir, port, inside = (argv) => argv, clientAuthority = "", addresses = [], extra = [] } =
    options;
  const authority = testAuthority("broker-ca");
  const write = (name: string, text: string): void =>
    Deno.writeTextFileSync(`${dir}/${name}`, text, { mode: 0o600 });
  const own = authority.issue({ commonName: "localhost", purpose: "server", ips: addresses });
  write("ca.crt", authority.certificate + clientAuthority);
  write("broker.crt", own.certificate);
  write("broker.key", own.key);
  Deno.mkdirSync(`${dir}/data`);
  Deno.copyFileSync(`${EXAMPLE}acl`, `${dir}/acl`);
  const example = Deno.readTextFileSync(`${EXAMPLE}mosquitto.conf`);
  // Debian's user `mosquitto` could not read the test's folder.
  const lines = [configurationFor(example, { dir, port }), "user root", ...extra, ""];
  write("mosquitto.conf", lines.join("\n"));
  const logPath = `${dir}/mosquitto.log`;
  let pid = 0;

  async function start(): Promise<void> {
    const before = await lineCount(logPath);
    pid = await startDaemon({
      argv: inside(["mosquitto", "-c", `${dir}/mosquitto.conf`]),
      logPath,
    });
    const runs = async (): Promise<boolean> =>
      !isAlive(pid) || (await newLines(logPath, before)).includes(" running");
    if (!(await waitUntil(runs, { timeoutMs: 10_000 })) || !isAlive(pid)) {
      throw new Error(`mosquitto did not start:\n${await logTail(logPath)}`);
    }
  }
  const stop = (): Promise<void> => endProcess(pid);
  const kill = (): Promise<void> => endProcess(pid, { name: "SIGKILL" });
  await start();
  return {
    port,
    authority,
    caFile: `${dir}/ca.crt`,
    client(commonName) {
      const pair = authority.issue({ commonName, purpose: "client" });
      const path = `${dir}/${crypto.randomUUID()}.pem`;
      Deno.writeTextFileSync(path, pair.certificate + pair.key, { mode: 0o600 });
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
    async [Symbol.asyncDispose]() {
      if (isAlive(pid)) await kill();
    },
  };
}

async function lineCount(path: string): Promise<number> {
  return (await Deno.readTextFile(path).catch(() => "")).split("\n").length - 1;
}

async function newLines(path: string, before: number): Promise<string> {
  return (await Deno.readTextFile(path)).split("\n").slice(before).join("\n");
}
