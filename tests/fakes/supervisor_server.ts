/** A k3s server's supervisor in memory, behind the transport of the client: answers as the one in tests/cluster/supervisor, which is written from k3s' sources. */
import assert from "node:assert/strict";
import type { Access } from "../../src/adapters/kube/access.ts";
import type { OpenTransport } from "../../src/adapters/kube/transport.ts";
import { minute } from "../../src/core/instant.ts";
import { caHash } from "../../src/core/k3s/ca_hash.ts";
import { nodeOf, nodeTemplate } from "../../src/core/kube/certificate_request.ts";
import { parseCertificates } from "../../src/core/x509/certificate.ts";
import type { CertificateTemplate } from "../../src/core/x509/certificate_request.ts";
import { pemText } from "../../src/core/x509/pem.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { fakeAuthority, newKey, privateKey, publicKeyOf } from "./certificate_authority.ts";

/** What a request showed. */
export interface SupervisedRequest {
  readonly path: string;
  readonly authorization: string;
  /** The node of the client certificate; "" for none. */
  readonly certificate: string;
  readonly nodePassword: string;
}

/** How the next so many requests of a path fail. */
export interface SupervisorFailure {
  readonly path: string;
  readonly times: number;
  readonly status?: number;
  readonly retryAfter?: string;
  /** The answer ends in the middle. */
  readonly half?: boolean;
  /** It signs for a key of its own, as a server that reads no request. */
  readonly old?: boolean;
}

export interface FakeSupervisorServer {
  readonly openTransport: OpenTransport;
  /** PEM of its authority. */
  ca: string;
  readonly password: string;
  /** `K10…` for that authority. */
  readonly token: string;
  /** The `Authorization` header for that. */
  readonly authorization: string;
  /** Names of the Nodes that there are. */
  readonly nodes: Set<string>;
  /** By the node's name; forgotten when the Node is deleted. */
  readonly nodePasswords: Map<string, string>;
  readonly seen: readonly SupervisedRequest[];
  /** What /v1-k3s/config says. */
  config: object;
  fail(failure: SupervisorFailure): void;
}

const LIFE_MS = 60 * minute;

export function fakeSupervisorServer({ clock }: { readonly clock: Clock }): FakeSupervisorServer {
  const authority = fakeAuthority();
  const year = Date.UTC(2099, 0);
  const ca = certificate({ subject: { commonName: "k3s-server-ca" }, dnsNames: [], ips: [] }, {
    publicKey: privateKey(newKey()).publicKey,
    until: year,
  });
  const hash = caHash(ca);
  assert(hash.ok);
  const password = "0123456789abcdef";
  const seen: SupervisedRequest[] = [];
  const failures: { failure: SupervisorFailure; left: number }[] = [];

  function certificate(
    template: CertificateTemplate,
    { publicKey, until }: { readonly publicKey: Uint8Array; readonly until: number },
  ): string {
    const life = { serialNumber: 1n, notBefore: clock.now(), notAfter: until };
    return authority.issue({ ...template, ...life }, publicKey);
  }

  const server: FakeSupervisorServer = {
    openTransport: (access) => ({
      fetch: (url, init) => Promise.resolve(answer(new Request(url, init), access)),
      close: () => {},
    }),
    ca,
    password,
    token: `K10${hash.value}::server:${password}`,
    authorization: `Basic ${btoa(`node:${password}`)}`,
    nodes: new Set(),
    nodePasswords: new Map(),
    seen,
    config: {
      ClusterDNS: "10.43.0.10",
      ClusterDomain: "cluster.local",
      HTTPSPort: 6443,
      SupervisorPort: 6443,
    },
    fail: (failure) => void failures.push({ failure, left: failure.times }),
  };

  async function answer(request: Request, access: Access): Promise<Response> {
    const path = new URL(request.url).pathname;
    const node = nodeOfAccess(access);
    seen.push({
      path,
      authorization: request.headers.get("authorization") ?? "",
      certificate: node,
      nodePassword: request.headers.get("k3s-Node-Password") ?? "",
    });
    const due = failures.find(({ failure, left }) => failure.path === path && left > 0);
    if (due !== undefined) due.left--;
    const { status, retryAfter, half = false, old = false } = due?.failure ?? {};
    if (status !== undefined) {
      const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
      return new Response(refusal(status, "ordered by the test"), { status, headers });
    }
    const response = await route(request, { path, node, old });
    if (!half) return response;
    const body = await response.text();
    return new Response(body.slice(0, body.length / 2), response);
  }

  function route(
    request: Request,
    { path, node, old }: { readonly path: string; readonly node: string; readonly old: boolean },
  ): Response | Promise<Response> {
    if (path === "/cacerts") return new Response(server.ca);
    if (!path.startsWith("/v1-k3s/")) return refused(401, "Unauthorized");
    const shown = request.headers.get("authorization");
    if (node === "" && shown === null) return refused(403, "forbidden");
    if (node === "" && shown !== server.authorization) return refused(401, "not authorized");
    switch (path.slice("/v1-k3s/".length)) {
      case "config":
        return Response.json(server.config);
      case "apiservers":
        return Response.json(["10.0.0.2:6443", "10.0.0.1:6443"]);
      case "client-ca.crt":
        return new Response(server.ca);
      case "client-kubelet.crt":
      case "serving-kubelet.crt":
        return sign(request, { path, node, old });
      default:
        return refused(404, "404 page not found");
    }
  }

  async function sign(
    request: Request,
    { path, node, old }: { readonly path: string; readonly node: string; readonly old: boolean },
  ): Promise<Response> {
    const name = request.headers.get("k3s-Node-Name") ?? "";
    const given = request.headers.get("k3s-Node-Password") ?? "";
    if (name === "" || given === "") return refused(400, "node name or password not set");
    if (node !== "" && node !== name) return refused(400, "header node name does not match");
    if (node !== "" && !server.nodes.has(name)) {
      return refused(401, "unable to verify node identity");
    }
    if ((server.nodePasswords.get(name) ?? given) !== given) {
      return refused(403, `unable to verify hash for node '${name}': hash does not match`);
    }
    server.nodePasswords.set(name, given);
    const key = newKey();
    const publicKey = old ? privateKey(key).publicKey : await keyIn(request);
    const ips = (request.headers.get("k3s-Node-IP") ?? "").split(",").filter(Boolean);
    const template = path.includes("client") ? nodeTemplate({ nodeName: name }) : {
      subject: { commonName: name },
      dnsNames: [name, "localhost"],
      ips: ["127.0.0.1", ...ips],
    };
    const signed = certificate(template, { publicKey, until: clock.now() + LIFE_MS });
    return new Response(`${signed}${server.ca}${old ? key : ""}`);
  }

  return server;
}

async function keyIn(request: Request): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return publicKeyOf(pemText({ label: "CERTIFICATE REQUEST", bytes }));
}

function nodeOfAccess({ certificate }: Access): string {
  const chain = parseCertificates(certificate?.certPem ?? "");
  return chain.ok ? nodeOf(chain.value[0].commonName) ?? "" : "";
}

function refused(status: number, message: string): Response {
  return new Response(refusal(status, message), { status });
}

function refusal(code: number, message: string): string {
  return JSON.stringify({ kind: "Status", status: "Failure", message, code });
}
