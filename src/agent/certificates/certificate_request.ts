/** Asks an API server for one certificate and waits until it is signed. */
import {
  isSameRequest,
  type RequestParts,
  requestState,
  type SigningRequest,
  signingRequest,
} from "../../core/kube/certificate_request.ts";
import { certificateSigningRequests, type ObjectRef } from "../../core/kube/resource.ts";
import { isExpired, parseCertificates } from "../../core/x509/certificate.ts";
import type {
  CertificateSigner,
  RequestOutcome,
  RequestProgress,
} from "../../ports/certificate_signer.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";

/** As the kubelet waits before it asks anew. */
const longestWaitMs = 15 * 60_000;

/** The API server, asked with the credential that `api` has. */
export function kubeSigner(
  { api, clock }: { readonly api: KubeApi; readonly clock: Clock },
): CertificateSigner {
  return {
    sign: (parts, progress, signal) => requestCertificate(parts, { api, clock, progress }, signal),
  };
}

/** Throws the errors of `KubeApi`, and the signal's reason. `progress` is told of each step. */
export async function requestCertificate(
  parts: RequestParts,
  { api, clock, progress }: {
    readonly api: KubeApi;
    readonly clock: Clock;
    readonly progress: (step: RequestProgress) => void;
  },
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const request = await createOrFind(parts, { api, now: clock.now() });
  if (request === null) {
    return { kind: "Refused", why: "another request has its name, or its certificate has expired" };
  }
  const over = new AbortController();
  const limit = clock.after(longestWaitMs, () => over.abort());
  try {
    const either = AbortSignal.any([signal, over.signal]);
    return await answerTo(request, { api, progress }, either);
  } finally {
    limit.cancel();
    signal.throwIfAborted();
  }
}

/** Null where what is there under the name is of no use. */
async function createOrFind(
  parts: RequestParts,
  { api, now }: { readonly api: KubeApi; readonly now: number },
): Promise<SigningRequest | null> {
  const object = signingRequest(parts);
  const ref: ObjectRef = {
    resource: certificateSigningRequests,
    name: object.metadata?.name ?? "",
  };
  try {
    return await api.create<SigningRequest>(ref, object);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  const found = await api.get<SigningRequest>(ref);
  const state = requestState(found);
  const parsed = state.kind === "Issued" ? parseCertificates(state.certificate) : null;
  const isOver = parsed !== null && (!parsed.ok || isExpired(parsed.value, now));
  return isSameRequest(found, parts) && !isOver ? found : null;
}

async function answerTo(
  { metadata }: SigningRequest,
  { api, progress }: {
    readonly api: KubeApi;
    readonly progress: (step: RequestProgress) => void;
  },
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const name = metadata?.name ?? "";
  const fieldSelector = `metadata.name=${name}`;
  // A list may be older than the request: it counts as deleted only once it has been seen.
  let seen = false;
  progress({ name, problem: "", approved: false });
  const query = { resource: certificateSigningRequests, fieldSelector };
  for await (const { available, items, problem } of api.follow<SigningRequest>(query, signal)) {
    const found = items.find((item) => item.metadata?.uid === metadata?.uid);
    if (available && found === undefined && seen) break;
    seen ||= found !== undefined;
    const state = found === undefined ? { kind: "Pending" } as const : requestState(found);
    if (state.kind === "Issued") return state;
    if (state.kind === "Denied" || state.kind === "Failed") {
      const verb = state.kind === "Denied" ? "was denied" : "failed";
      return { kind: "Refused", why: `the certificate request ${name} ${verb}: ${state.why}` };
    }
    progress({ name, problem, approved: state.kind === "Approved" });
  }
  return { kind: "Unanswered" };
}
