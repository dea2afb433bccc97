/** Requests for certificates as the API server has them. @see https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
import { createHash } from "node:crypto";
import type { V1CertificateSigningRequest } from "@kubernetes/client-node";
import type { Wire } from "../k8s.ts";
import {
  certificateRequest,
  type CertificateTemplate,
  requestInfo,
} from "../x509/certificate_request.ts";
import { pemBlocks, pemText } from "../x509/pem.ts";
import type { PrivateKey } from "../x509/private_key.ts";

export type SigningRequest = Wire<V1CertificateSigningRequest>;

/** Who signs, and what for. The usages are those of an ECDSA key. */
export interface Purpose {
  readonly signerName: string;
  readonly usages: readonly string[];
  /** What the request's name starts with. */
  readonly prefix: string;
}

export const clientPurpose: Purpose = {
  signerName: "kubernetes.io/kube-apiserver-client-kubelet",
  usages: ["digital signature", "client auth"],
  prefix: "node-csr-",
};

export const servingPurpose: Purpose = {
  signerName: "kubernetes.io/kubelet-serving",
  usages: ["digital signature", "server auth"],
  prefix: "node-serving-csr-",
};

const nodePrefix = "system:node:";

/** The node that a certificate of this common name is for; null where it is no node's. */
export function nodeOf(commonName: string): string | null {
  return commonName.startsWith(nodePrefix) ? commonName.slice(nodePrefix.length) : null;
}

/** What a node asks a certificate for. */
export function nodeTemplate(
  { nodeName, dnsNames = [], ips = [] }: {
    readonly nodeName: string;
    readonly dnsNames?: readonly string[];
    readonly ips?: readonly string[];
  },
): CertificateTemplate {
  const subject = { organization: "system:nodes", commonName: `${nodePrefix}${nodeName}` };
  return { subject, dnsNames, ips };
}

/** A request with the key that it is made with. */
export interface RequestParts {
  readonly template: CertificateTemplate;
  readonly purpose: Purpose;
  readonly key: PrivateKey;
}

/** The object to create. Its name comes from all that is asked, so that whoever asks again finds the former request. */
export function signingRequest(parts: RequestParts): SigningRequest {
  const { template, purpose, key } = parts;
  const bytes = certificateRequest(template, key);
  const request = pemText({ label: "CERTIFICATE REQUEST", bytes });
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: requestName(parts) },
    spec: {
      request: new TextEncoder().encode(request).toBase64(),
      signerName: purpose.signerName,
      usages: purpose.usages,
    },
  };
}

/** For a client certificate the very name that the kubelet gives. */
export function requestName({ template, purpose, key }: RequestParts): string {
  const { subject, dnsNames, ips } = template;
  const texts = [
    subject.commonName,
    ...(subject.organization === undefined ? [] : [subject.organization]),
    ...purpose.usages,
    ...dnsNames,
    ...ips,
  ];
  const parts = [key.publicKey, ...texts.map((text) => new TextEncoder().encode(text))];
  const hash = createHash("sha512-256");
  for (const part of parts) hash.update(`${base64url(part)}|`);
  return `${purpose.prefix}${hash.digest("base64url")}`;
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Whether a request that was found asks for the same with the same key; its signature is another each time. */
export function isSameRequest(found: SigningRequest, parts: RequestParts): boolean {
  const info = requestInfo(parts.template, parts.key);
  const pem = new TextDecoder().decode(decoded(found.spec.request));
  const bytes = pemBlocks(pem)[0]?.bytes ?? new Uint8Array(0);
  // The tag and length of the whole take two to four bytes.
  const isThere = [2, 3, 4].some((offset) => startsWith(bytes.subarray(offset), info));
  return isThere && found.spec.signerName === parts.purpose.signerName;
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return new Uint8Array(0);
  }
}

/** How far a request has come. */
export type RequestState =
  | { readonly kind: "Pending" }
  | { readonly kind: "Approved" }
  /** The chain in PEM, the node's own certificate first. */
  | { readonly kind: "Issued"; readonly certificate: string }
  | { readonly kind: "Denied" | "Failed"; readonly why: string };

/** A refusal counts more than an approval. */
export function requestState({ status }: SigningRequest): RequestState {
  const conditions = status?.conditions ?? [];
  const refusal = conditions.find(({ type }) => type === "Denied" || type === "Failed");
  if (refusal !== undefined) {
    const why = [refusal.reason, refusal.message].filter(Boolean).join(": ");
    return { kind: refusal.type === "Denied" ? "Denied" : "Failed", why: why || "no reason given" };
  }
  if (!conditions.some(({ type }) => type === "Approved")) return { kind: "Pending" };
  const certificate = new TextDecoder().decode(decoded(status?.certificate ?? ""));
  return certificate === "" ? { kind: "Approved" } : { kind: "Issued", certificate };
}

/** What a person is told of a request that has not been answered yet. */
export function waitingText(name: string, kind: "Pending" | "Approved"): string {
  return kind === "Pending"
    ? `waiting for the certificate request ${name} to be approved: kubectl certificate approve ${name}`
    : `the certificate request ${name} is approved, waiting for the certificate to be issued`;
}
