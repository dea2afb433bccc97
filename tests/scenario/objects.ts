/** The objects that pods of a story refer to, and a look at their volumes. */
import {
  configMaps,
  type ObjectRef,
  secrets,
  serviceAccounts,
} from "../../src/core/kube/resource.ts";
import { type Cluster, settle } from "./cluster.ts";
import type { World } from "./world.ts";

/** Values are texts; those of Secrets as well. More fields, such as `immutable`, come with `more`. */
export interface Objects {
  putConfigMap(name: string, data: Readonly<Record<string, string>>, more?: object): Promise<void>;
  putSecret(name: string, data: Readonly<Record<string, string>>, more?: object): Promise<void>;
  putAccount(name: string): Promise<void>;
  remove(kind: "ConfigMap" | "Secret", name: string): Promise<void>;
  /** The list and watch requests for objects of a kind: `LIST conf`, `WATCH conf`. */
  asked(kind: "ConfigMap" | "Secret"): readonly string[];
  /** How often the API server was asked for a token. */
  tokenRequests(): number;
}

const resources = { ConfigMap: configMaps, Secret: secrets };

export function objectsOf(
  { cluster: { server }, clock }: Pick<World, "cluster" | "clock">,
): Objects {
  const metadata = (name: string) => ({ name, namespace: "default" });
  return {
    async putConfigMap(name, data, more = {}) {
      server.put(configMaps, { metadata: metadata(name), data, ...more });
      await settle(clock);
    },
    async putSecret(name, data, more = {}) {
      const encoded = Object.fromEntries(
        Object.entries(data).map(([key, text]) => [key, btoa(text)]),
      );
      server.put(secrets, { metadata: metadata(name), data: encoded, ...more });
      await settle(clock);
    },
    async putAccount(name) {
      server.put(serviceAccounts, { metadata: metadata(name) });
      await settle(clock);
    },
    async remove(kind, name) {
      server.remove(refOf(kind, name));
      await settle(clock);
    },
    asked: (kind) => askedOf(server, resources[kind].plural),
    tokenRequests: () => server.writes().filter((write) => write.endsWith("/token")).length,
  };
}

function refOf(kind: "ConfigMap" | "Secret", name: string): ObjectRef {
  return { resource: resources[kind], namespace: "default", name };
}

function askedOf({ requests }: Cluster["server"], plural: string): readonly string[] {
  return requests.filter(({ method, path }) => method === "GET" && path.includes(`/${plural}`))
    .map(({ query }) => {
      const parameters = new URLSearchParams(query);
      const selector = parameters.get("fieldSelector") ?? "everything";
      const verb = parameters.get("watch") === "true" ? "WATCH" : "LIST";
      return `${verb} ${selector.replace("metadata.name=", "")}`;
    });
}

/** What a container reads in a volume of the pod `web`. */
export function read({ files }: Pick<World, "files">, path: string): string | undefined {
  return files.textAt(`/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~${path}`);
}
