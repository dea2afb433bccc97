/** A local image registry (Debian's docker-registry) on loopback inside a lab's network namespace. */
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { requireRegistryParts } from "./parts.ts";
import { isAlive, waitUntil } from "./processes.ts";

/** How a registry of a lab behaves. */
export interface RegistryOptions {
  /** Port on loopback; a second registry in the same lab needs another one. */
  readonly port?: number;
  /** True: every request needs {@linkcode REGISTRY_LOGIN}, by HTTP basic authentication. */
  readonly login?: boolean;
}

/** A running registry. It ends with its lab. */
export interface Registry {
  /** `127.0.0.1:PORT`, the first part of its image names and the key of its credentials. */
  readonly address: string;
  /** Its log, with a line for every request. */
  readonly logPath: string;
  /** Copies the runtime's image `image` here under `repository:tag`; gives the full name to pull it by. */
  push(image: string, to: { readonly repository: string }): Promise<string>;
  /** Ends it, as an outage would; what was pushed is kept. */
  stop(): Promise<void>;
  /** Serves again after a {@linkcode Registry.stop}. */
  start(): Promise<void>;
}

/** The one account of a registry with `login`. */
export const REGISTRY_LOGIN = { username: "skerry", password: "open-sesame" } as const;

/** bcrypt of the password above; the registry reads no other kind. */
const HTPASSWD =
  `${REGISTRY_LOGIN.username}:$2y$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO\n`;

function config(paths: { readonly storage: string; readonly htpasswd?: string }, address: string) {
  return {
    version: "0.1",
    log: { level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: paths.storage }, delete: { enabled: true } },
    http: { addr: address },
    ...(paths.htpasswd === undefined
      ? {}
      : { auth: { htpasswd: { realm: "skerry-lab", path: paths.htpasswd } } }),
  };
}

async function writeFiles(dir: string, { address, login }: { address: string; login: boolean }) {
  await Deno.mkdir(`${dir}/storage`, { recursive: true });
  const htpasswd = `${dir}/htpasswd`;
  await Deno.writeTextFile(htpasswd, HTPASSWD);
  const paths = { storage: `${dir}/storage`, ...(login ? { htpasswd } : {}) };
  await Deno.writeTextFile(`${dir}/config.yml`, JSON.stringify(config(paths, address)));
}

/** Tells containerd that this address speaks plain HTTP. */
async function writeHosts(lab: Lab, address: string): Promise<void> {
  await Deno.mkdir(`${lab.registryConfigDir}/${address}`, { recursive: true });
  await Deno.writeTextFile(
    `${lab.registryConfigDir}/${address}/hosts.toml`,
    `server = "http://${address}"\n`,
  );
}

async function launch(lab: Lab, { dir, address }: { dir: string; address: string }) {
  const logPath = `${dir}/registry.log`;
  const argv = lab.inside(["docker-registry", "serve", `${dir}/config.yml`]);
  const pid = await startDaemon({ argv, logPath });
  const [host, port] = address.split(":");
  // Any answer of HTTP will do, a 401 as well.
  const answers = async () => {
    if (!isAlive(pid)) return true;
    const probe = `printf 'GET /v2/ HTTP/1.0\\r\\n\\r\\n' | busybox nc ${host} ${port}`;
    return (await lab.exec(["sh", "-c", probe])).stdout.startsWith("HTTP/1.");
  };
  const ready = await waitUntil(answers, { timeoutMs: 60_000, intervalMs: 30 });
  if (!ready || !isAlive(pid)) {
    throw new Error(`docker-registry did not start:\n${await logTail(logPath)}`);
  }
  return pid;
}

/** Starts a registry in the lab's network namespace. Throws `MissingParts` where the program is not installed. */
export async function startRegistry(lab: Lab, options: RegistryOptions = {}): Promise<Registry> {
  await requireRegistryParts();
  const { port = 5000, login = false } = options;
  const address = `127.0.0.1:${port}`;
  const dir = `${lab.root}/registry-${port}`;
  await writeFiles(dir, { address, login });
  await writeHosts(lab, address);
  const user = login ? ["--user", `${REGISTRY_LOGIN.username}:${REGISTRY_LOGIN.password}`] : [];
  let pid = await launch(lab, { dir, address });
  return {
    address,
    logPath: `${dir}/registry.log`,
    push: async (image, { repository }) => {
      const name = `${address}/${repository}`;
      await lab.ctr(["images", "push", "--plain-http", ...user, name, image]);
      return name;
    },
    stop: () => endProcess(pid),
    start: async () => {
      if (!isAlive(pid)) pid = await launch(lab, { dir, address });
    },
  };
}
