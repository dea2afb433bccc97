/** Who vouches for the nodes' certificates: a file, or what the API server says that it believes itself. */
import { createLookout } from "../../agent/lookout.ts";
import { second } from "../../core/instant.ts";
import { configMaps, type KubeObject } from "../../core/kube/resource.ts";
import { type Authorities, authoritiesOf } from "../../core/x509/client_chain.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";

/** How soon an authority counts that is new, and how soon the bridge begins where the API server was away when it was started. */
const lookMs = 10 * second;
/** Whoever is authenticated may read it by the role extension-apiserver-authentication-reader. */
const published = {
  resource: configMaps,
  namespace: "kube-system",
  name: "extension-apiserver-authentication",
};
const field = "client-ca-file";

export interface NodeAuthorities {
  /** None before the first look: nobody is believed then. */
  current(): Authorities;
  run(signal: AbortSignal): Promise<void>;
}

export function nodeAuthorities(
  { file, kube, clock, log }: {
    readonly file: string | undefined;
    readonly kube: Pick<KubeApi, "get">;
    readonly clock: Clock;
    readonly log: Log;
  },
): NodeAuthorities {
  let authorities: Authorities = [];

  async function look(): Promise<void> {
    const text = file === undefined ? await publishedText(kube) : await fileText(file);
    const next = authoritiesOf(text);
    if (next.length === 0) throw new Failed(`${file ?? field}: no certificate in it`);
    authorities = next;
  }

  const failed = "Authorities of the nodes' certificates cannot be read";
  const lookout = createLookout({ look, failed, ms: lookMs, clock, log });
  return { current: () => authorities, run: (signal) => lookout.run(signal) };
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

async function publishedText(kube: Pick<KubeApi, "get">): Promise<string> {
  const { data } = await kube.get<ConfigMap>(published);
  const text = data?.[field];
  if (text === undefined) {
    throw new Failed(`ConfigMap ${published.namespace}/${published.name} has no ${field}`);
  }
  return text;
}

async function fileText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Failed(`${path}: ${messageOf(error)}`, { cause: error });
  }
}
