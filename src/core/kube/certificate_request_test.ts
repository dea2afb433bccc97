/** The object that asks for a certificate, and what becomes of it. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { parsePrivateKey, type PrivateKey } from "../x509/private_key.ts";
import {
  clientPurpose,
  isSameRequest,
  nodeOf,
  nodeTemplate,
  requestName,
  requestState,
  servingPurpose,
  type SigningRequest,
  signingRequest,
} from "./certificate_request.ts";

const keyPem = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIJuQPZRtzUa655gTB4RmFHuHj9dy0g8NH1g5fU28/7+/oAoGCCqGSM49
AwEHoUQDQgAEi7kmzdZU9Zc00o/ogyXOlpUCBp1ztl2dbaS9MnRA1a7YShJlzGqu
X5jqPVgUuEp9juM/5CID2DfByLFRp0v27g==
-----END EC PRIVATE KEY-----
`;

function keyOf(pem: string): PrivateKey {
  const parsed = parsePrivateKey(pem);
  assert(parsed.ok);
  return parsed.value;
}

function otherKey(): PrivateKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return keyOf(privateKey.export({ type: "sec1", format: "pem" }).toString());
}

const client = {
  template: nodeTemplate({ nodeName: "edge-1" }),
  purpose: clientPurpose,
  key: keyOf(keyPem),
};
const serving = {
  ...client,
  template: nodeTemplate({ nodeName: "edge-1", dnsNames: ["edge-1"], ips: ["10.0.0.1"] }),
  purpose: servingPurpose,
};

Deno.test("a client's request has the name that the kubelet would give it", () => {
  // Computed by the digest of k8s.io/kubernetes/pkg/kubelet/certificate/bootstrap for this key.
  assert.equal(requestName(client), "node-csr-R-hh3N97sAzDs8ZwvQ5Lg1-wlXkS0I32ESORrYxxsW8");
});

Deno.test("a request's name changes with all that is asked, and with nothing else", () => {
  const moved = nodeTemplate({ nodeName: "edge-1", dnsNames: ["edge-1"], ips: ["10.0.0.2"] });
  const names = [
    requestName(client),
    requestName(serving),
    requestName({ ...serving, template: moved }),
    requestName({ ...client, key: otherKey() }),
    requestName({ ...client, template: nodeTemplate({ nodeName: "edge-2" }) }),
  ];
  assert.equal(new Set(names).size, names.length);
  assert.equal(requestName({ ...serving }), names[1]);
});

Deno.test("a request names its signer and the usages of an ECDSA key", () => {
  const { spec, metadata } = signingRequest(client);
  assert.equal(metadata?.name, requestName(client));
  assert.deepEqual([spec.signerName, ...spec.usages ?? []], [
    "kubernetes.io/kube-apiserver-client-kubelet",
    "digital signature",
    "client auth",
  ]);
  assert.match(atob(spec.request), /^-----BEGIN CERTIFICATE REQUEST-----\n/);
});

Deno.test("an earlier request is known again though its signature is another", () => {
  const { sign } = serving.key;
  const signedAnew = { ...serving.key, sign: (data: Uint8Array) => sign(data).reverse() };
  const earlier = signingRequest({ ...serving, key: signedAnew });
  assert.notEqual(earlier.spec.request, signingRequest(serving).spec.request);
  assert(isSameRequest(earlier, serving));
  assert(!isSameRequest(earlier, client));
  assert(!isSameRequest(earlier, { ...serving, key: otherKey() }));
  assert(!isSameRequest({ ...earlier, spec: { ...earlier.spec, request: "%" } }, serving));
});

function answered(status: NonNullable<SigningRequest["status"]>): SigningRequest {
  return { ...signingRequest(client), status };
}
const approved = { type: "Approved", status: "True" };
const states: readonly (readonly [SigningRequest, ReturnType<typeof requestState>])[] = [
  [signingRequest(client), { kind: "Pending" }],
  [answered({ conditions: [approved] }), { kind: "Approved" }],
  [answered({ conditions: [approved], certificate: btoa("PEM") }), {
    kind: "Issued",
    certificate: "PEM",
  }],
  [answered({ certificate: btoa("PEM") }), { kind: "Pending" }],
  [
    answered({
      conditions: [approved, { type: "Denied", status: "True", reason: "No", message: "never" }],
    }),
    { kind: "Denied", why: "No: never" },
  ],
  [answered({ conditions: [{ type: "Failed", status: "True" }] }), {
    kind: "Failed",
    why: "no reason given",
  }],
];
for (const [request, expected] of states) {
  Deno.test(`a request with ${JSON.stringify(request.status ?? {})} is ${expected.kind}`, () => {
    assert.deepEqual(requestState(request), expected);
  });
}

Deno.test("the node of a certificate is known by its common name", () => {
  const { commonName } = nodeTemplate({ nodeName: "edge-1" }).subject;
  assert.equal(nodeOf(commonName), "edge-1");
  assert.equal(nodeOf("kubernetes-admin"), null);
});
