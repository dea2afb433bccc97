/** What a node may rely on of every k3s server, and of the client that asks it. */
import assert from "node:assert/strict";
import { nodeTemplate } from "../../src/core/kube/certificate_request.ts";
import { belongTogether, parseCertificates } from "../../src/core/x509/certificate.ts";
import { certificateRequest } from "../../src/core/x509/certificate_request.ts";
import { Failed, Forbidden, NotFound, Unauthorized, Unavailable } from "../../src/ports/errors.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import type { Supervisor, SupervisorPurpose } from "../../src/ports/supervisor.ts";
import { newKey, privateKey } from "../fakes/certificate_authority.ts";
import type { SupervisorFailure } from "../fakes/supervisor_server.ts";

export interface SupervisorSubject extends AsyncDisposable {
  /** A name that no other case has. */
  readonly nodeName: string;
  /** Asked with the token's password, or another. */
  byToken(given?: { readonly isWrong: boolean }): Supervisor;
  /** Asked with a client certificate. */
  byCertificate(pair: KeyPair): Supervisor;
  /** Asked with nothing. */
  byNothing(): Supervisor;
  createNode(): Promise<void>;
  /** Resolves when the server has forgotten the node's password too. */
  deleteNode(): Promise<void>;
  fail(failure: SupervisorFailure): Promise<void>;
}

export interface SupervisorCase {
  readonly what: string;
  run(subject: SupervisorSubject): Promise<void>;
}

const PASSWORD = "00112233445566778899aabbccddeeff";

async function sign(
  supervisor: Supervisor,
  { name, password = PASSWORD, ips = [], purpose = "client" }: {
    readonly name: string;
    readonly password?: string;
    readonly ips?: readonly string[];
    readonly purpose?: SupervisorPurpose;
  },
): Promise<KeyPair> {
  const key = newKey();
  const request = certificateRequest(nodeTemplate({ nodeName: name }), privateKey(key));
  const certificate = await supervisor.sign(purpose, { request, node: { name, password, ips } });
  return { certificate, key };
}

function leafOf({ certificate }: KeyPair) {
  const parsed = parseCertificates(certificate);
  assert(parsed.ok);
  return parsed.value[0];
}

/** Each on a subject of its own. */
export function supervisorCases(): readonly SupervisorCase[] {
  return [
    {
      what: "who shows nothing is told the authority and nothing else",
      async run({ byNothing }) {
        await byNothing().prove();
        await assert.rejects(byNothing().config(), Forbidden);
      },
    },
    {
      what: "a wrong token is not accepted",
      async run({ byToken }) {
        await assert.rejects(byToken({ isWrong: true }).config(), Unauthorized);
      },
    },
    {
      what: "the token is told what a node needs",
      async run({ byToken }) {
        const { clusterDns, clusterDomain } = await byToken().config();
        assert.equal(clusterDns.length, 1);
        assert.equal(clusterDomain, "cluster.local");
        const servers = await byToken().apiServers();
        assert.ok(servers.length > 0 && servers.every((each) => /^[\d.]+:\d+$/.test(each)));
        assert.match(await byToken().clientCa(), /^-----BEGIN CERTIFICATE-----\n/);
      },
    },
    {
      what: "a client certificate is signed for the node's own key",
      async run({ byToken, nodeName: name }) {
        const pair = await sign(byToken(), { name });
        assert.ok(belongTogether(pair));
        const { commonName, organizations } = leafOf(pair);
        assert.deepEqual([commonName, organizations], [`system:node:${name}`, ["system:nodes"]]);
      },
    },
    {
      what: "a serving certificate has the node's addresses, and loopback",
      async run({ byToken, nodeName: name }) {
        const ips = ["10.0.0.7", "fd00::7"];
        const pair = await sign(byToken(), { name, ips, purpose: "serving" });
        assert.ok(belongTogether(pair));
        const leaf = leafOf(pair);
        assert.equal(leaf.commonName, name);
        assert.deepEqual(leaf.dnsNames, [name, "localhost"]);
        assert.ok(leaf.ips.includes("127.0.0.1") && leaf.ips.includes("10.0.0.7"));
        assert.equal(leaf.ips.length, 3);
      },
    },
    {
      what: "the first password that a name has is the one that counts",
      async run({ byToken, nodeName: name }) {
        await sign(byToken(), { name });
        await sign(byToken(), { name });
        await assert.rejects(sign(byToken(), { name, password: "f".repeat(32) }), Forbidden);
      },
    },
    {
      what: "a node renews by its own certificate, for itself alone",
      async run({ byToken, byCertificate, createNode, nodeName: name }) {
        const first = await sign(byToken(), { name });
        await createNode();
        const own = byCertificate(first);
        assert.ok(belongTogether(await sign(own, { name })));
        assert.ok(belongTogether(await sign(own, { name, purpose: "serving" })));
        await own.config();
        await assert.rejects(sign(own, { name: `${name}-other` }));
      },
    },
    {
      what: "a node that was deleted is known by the token only, and by any password",
      async run({ byToken, byCertificate, createNode, deleteNode, nodeName: name }) {
        const first = await sign(byToken(), { name });
        await createNode();
        await deleteNode();
        await assert.rejects(sign(byCertificate(first), { name }), Unauthorized);
        await sign(byToken(), { name, password: "f".repeat(32) });
      },
    },
    {
      what: "a server that is not ready, or has too much to do, says when to come again",
      async run({ byToken, fail }) {
        await fail({ path: "/v1-k3s/config", times: 1, status: 503 });
        await assert.rejects(byToken().config(), Unavailable);
        await fail({ path: "/v1-k3s/config", times: 1, status: 429, retryAfter: "3" });
        await assert.rejects(
          byToken().config(),
          (error) => error instanceof Unavailable && error.retryAfterMs === 3_000,
        );
        await byToken().config();
      },
    },
    {
      what: "half an answer is none",
      async run({ byToken, fail, nodeName: name }) {
        await fail({ path: "/v1-k3s/config", times: 1, half: true });
        await assert.rejects(byToken().config(), Unavailable);
        await fail({ path: "/v1-k3s/apiservers", times: 1, half: true });
        await assert.rejects(byToken().apiServers(), Unavailable);
        await fail({ path: "/v1-k3s/client-ca.crt", times: 1, half: true });
        await assert.rejects(byToken().clientCa(), Unavailable);
        await fail({ path: "/v1-k3s/client-kubelet.crt", times: 1, half: true });
        await assert.rejects(sign(byToken(), { name }), Unavailable);
      },
    },
    {
      what: "a server that is too old is told of",
      async run({ byToken, fail, nodeName: name }) {
        await fail({ path: "/v1-k3s/apiservers", times: 1, status: 404 });
        await assert.rejects(
          byToken().apiServers(),
          (error) =>
            error instanceof NotFound && /\/v1-k3s\/apiservers: .* too old$/.test(error.message),
        );
        await fail({ path: "/v1-k3s/client-kubelet.crt", times: 1, old: true });
        await assert.rejects(
          sign(byToken(), { name }),
          (error) =>
            error instanceof Failed && /gives the one that all nodes share/.test(error.message),
        );
      },
    },
  ];
}
