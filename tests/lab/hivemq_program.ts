/** HiveMQ Community Edition with the rights of deploy/broker, built with Maven from tests/hivemq and kept in the lab's cache. */
import { built } from "./cached_build.ts";
import { type Argv, tryRun } from "./run.ts";

const DIR = new URL("../hivemq", import.meta.url).pathname;

const SOURCES = ["Broker", "CertificateRights", "KeyStores", "Rights"];

const BUILD = {
  name: "hivemq",
  dir: DIR,
  inputs: ["pom.xml", ...SOURCES.map((name) => `src/skerry/${name}.java`)],
};

/** Where it finds its files, and where it listens. */
export interface HiveMqSettings {
  /** Of ca.crt, broker.crt and broker.key (PKCS #8); it keeps its data there. */
  readonly dir: string;
  readonly port: number;
  readonly webSocketPort: number;
}

/** The broker's command line, built first where the cache does not hold it: half a minute, most of it for 100 MB of libraries. */
export async function hivemqArgv(settings: HiveMqSettings): Promise<Argv> {
  const { dir, port, webSocketPort } = settings;
  const program = await hivemqProgram();
  return [
    "java",
    // A broker that lives for seconds: what takes long to compile never pays.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xmx256m",
    `-Ddir=${dir}`,
    `-Dport=${port}`,
    `-DwebSocketPort=${webSocketPort}`,
    "-cp",
    `${program}/classes:${program}/lib/*`,
    "skerry.Broker",
    `${DIR}/conf`,
  ];
}

async function hivemqProgram(): Promise<string> {
  return await built(BUILD, async (draft) => {
    const goals = ["compiler:compile", "dependency:copy-dependencies"];
    const { code, stdout } = await tryRun(
      ["mvn", "--quiet", "--batch-mode", ...goals, `-Dout=${draft}`],
      { cwd: DIR },
    );
    if (code !== 0) throw new Error(`mvn in ${DIR}: ${stdout.trim().slice(-2000)}`);
  });
}

if (import.meta.main) await hivemqProgram();
