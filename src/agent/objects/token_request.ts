/** Asks the API server for one service account token. */
import { second } from "../../core/instant.ts";
import { type KubeObject, serviceAccounts } from "../../core/kube/resource.ts";
import { type TokenTimes, tokenTimes } from "../../core/kube/token_times.ts";
import type { Pod } from "../../core/k8s.ts";
import type { TokenWish } from "../../core/volume/token_projection.ts";
import type { KubeApi } from "../../ports/kube_api.ts";

export interface IssuedToken {
  readonly text: string;
  /** For how long the answer says that it may be used. */
  readonly lifeMs: number;
  readonly times: TokenTimes;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
interface TokenRequest extends KubeObject {
  readonly spec?: { readonly expirationSeconds?: number };
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

/** Throws the errors of `KubeApi`, and one for an answer without a token. */
export async function requestToken(
  kube: KubeApi,
  { pod, wish }: { readonly pod: Pod; readonly wish: TokenWish },
): Promise<IssuedToken> {
  const { namespace } = pod.metadata;
  const name = pod.spec.serviceAccountName ?? "";
  const { spec, status } = await kube.create<TokenRequest>(
    { resource: serviceAccounts, namespace, name, subresource: "token" },
    requestFor(pod, wish),
  );
  if (!status?.token) throw new Error("the API server's answer holds no token");
  const lifeMs = (spec?.expirationSeconds ?? wish.expirationSeconds) * second;
  return { text: status.token, lifeMs, times: timesOf(status.token, status.expirationTimestamp) };
}

/** What is no JWT ends when the answer says so. */
function timesOf(text: string, expirationTimestamp = ""): TokenTimes {
  const said = Date.parse(expirationTimestamp);
  return tokenTimes(text) ?? { issuedAt: null, expiresAt: Number.isNaN(said) ? 0 : said };
}

/** Bound to the pod: the token ends with it. */
function requestFor({ metadata }: Pod, { audience, expirationSeconds }: TokenWish): unknown {
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      ...(audience === "" ? {} : { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: metadata.name, uid: metadata.uid },
    },
  };
}
