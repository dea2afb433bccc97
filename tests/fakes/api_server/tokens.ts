/** Service account tokens of the fake API server: their claims are right, their signature is none. */
import type { Clock } from "../../../src/ports/clock.ts";
import { child, isList, type JsonObject, text } from "./json.ts";
import type { Target } from "./request_path.ts";
import { notFound, refusal } from "./status.ts";
import type { Store } from "./store.ts";
import { placeOf, rfc3339 } from "./writes.ts";

/** Answers a TokenRequest. @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export function issueToken(
  { store, clock, serial }: {
    readonly store: Store;
    readonly clock: Pick<Clock, "now">;
    readonly serial: number;
  },
  target: Target,
  request: JsonObject,
): JsonObject {
  const account = store.get(placeOf(target));
  if (account === undefined) throw notFound(target.plural, target.name);
  const spec = child(request, "spec");
  const seconds = spec["expirationSeconds"] ?? 3_600;
  if (typeof seconds !== "number" || seconds < 600) {
    throw refusal(
      422,
      "spec.expirationSeconds: Invalid value: may not specify a duration less than 10 minutes",
    );
  }
  const audiences = isList(spec["audiences"]) && spec["audiences"].length > 0
    ? spec["audiences"]
    : ["https://kubernetes.default.svc"];
  const issued = Math.floor(clock.now() / 1_000);
  const claims = {
    aud: audiences,
    exp: issued + (isExtended(request) ? extendedSeconds : seconds),
    iat: issued,
    jti: String(serial),
    sub: `system:serviceaccount:${target.namespace}:${target.name}`,
    "kubernetes.io": {
      namespace: target.namespace,
      serviceaccount: { name: target.name, uid: text(child(account, "metadata"), "uid") ?? "" },
      ...child(spec, "boundObjectRef"),
    },
  };
  return {
    ...request,
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    spec: { ...spec, audiences, expirationSeconds: seconds },
    status: {
      token: [{ alg: "RS256", kid: "fake" }, claims, "signature"].map(encoded).join("."),
      expirationTimestamp: rfc3339((issued + seconds) * 1_000),
    },
  };
}

const extendedSeconds = 365 * 24 * 3_600;

/** The tokens of default mounts, which are known by their odd number of seconds, live on for a year. */
function isExtended(request: JsonObject): boolean {
  const { expirationSeconds, audiences, boundObjectRef } = child(request, "spec");
  return expirationSeconds === 3_607 && audiences === undefined && boundObjectRef !== undefined;
}

function encoded(part: unknown): string {
  return new TextEncoder().encode(JSON.stringify(part)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}
