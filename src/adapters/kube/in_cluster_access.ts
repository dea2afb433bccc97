/** The access that a pod has: its service account's token, read again before it is over. @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
import { minute } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Access, AccessSource } from "./access.ts";

const folder = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, "monotonic">;
  /** Of the token and the authority; tests have another. */
  readonly folder?: string;
}

/** Whether this program runs in a pod that may ask the API server. */
export function isInCluster({ env }: Pick<InClusterOptions, "env">): boolean {
  return env["KUBERNETES_SERVICE_HOST"] !== undefined;
}

/** `Unavailable`: the files cannot be read. */
export function inClusterAccess(
  { env, clock, folder: at = folder }: InClusterOptions,
): AccessSource {
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "443";
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  let known: Access | null = null;
  let readAt = 0;

  async function read(): Promise<Access> {
    try {
      const [token, authorityPem] = await Promise.all(
        ["token", "ca.crt"].map((file) => Deno.readTextFile(`${at}/${file}`)),
      );
      readAt = clock.monotonic();
      const authorization = `Bearer ${token?.trim()}`;
      const isSame = known?.authorization === authorization;
      return isSame && known !== null
        ? known
        : { cluster: { server, ...authorityPem !== undefined && { authorityPem } }, authorization };
    } catch (error) {
      throw new Unavailable(`cannot read ${at}: ${messageOf(error)}`, { cause: error });
    }
  }

  return {
    async current(refused) {
      const isFresh = clock.monotonic() - readAt < minute;
      if (known === null || !isFresh || refused === known) known = await read();
      return known;
    },
  };
}
