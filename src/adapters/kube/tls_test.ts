/** Connections to a server that proves who it is, or cannot: what is refused, and in which words. */
import assert from "node:assert/strict";
import https from "node:https";
import http from "node:http";
import net from "node:net";
import { TLSSocket } from "node:tls";
import { closedPort } from "../../../tests/lab/loopback_servers.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { nodes, type ObjectRef } from "../../core/kube/resource.ts";
import { pemText } from "../../core/x509/pem.ts";
import { parsePrivateKey } from "../../core/x509/private_key.ts";
import { selfSignedCertificate } from "../../core/x509/self_signed.ts";
import { Unavailable } from "../../ports/errors.ts";
import { systemClock } from "../clock.ts";
import { generateKey } from "../x509/generate_key.ts";
import type { Access, ClientCertificate } from "./access.ts";
import { connectKube } from "./connect.ts";

const day = 86_400_000;
const ref: ObjectRef = { resource: nodes, name: "edge-1" };

function pair(
  { name = "somebody", ips = ["127.0.0.1"], from = -day, until = day }: {
    readonly name?: string;
    readonly ips?: readonly string[];
    /** Milliseconds from now. */
    readonly from?: number;
    readonly until?: number;
  } = {},
): ClientCertificate {
  const keyPem = generateKey();
  const key = parsePrivateKey(keyPem);
  assert(key.ok);
  const bytes = selfSignedCertificate({
    subject: { commonName: name },
    serialNumber: 1n,
    notBefore: Date.now() + from,
    notAfter: Date.now() + until,
    dnsNames: [],
    ips,
  }, key.value);
  return { certPem: pemText({ label: "CERTIFICATE", bytes }), keyPem };
}

/** Answers with the name in the client's certificate as the object's name. */
async function serve({ certPem, keyPem }: ClientCertificate) {
  const options = { cert: certPem, key: keyPem, requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(options, (request, response) => {
    const { socket } = request;
    const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined;
    response.end(JSON.stringify({ kind: "Node", metadata: { name: subject?.CN ?? "nobody" } }));
  });
  server.on("tlsClientError", () => {});
  return {
    url: `https://127.0.0.1:${await listen(server)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** On a port of loopback, which it gives. */
async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(typeof address === "object" && address !== null);
  return address.port;
}

function connect(access: Access, next: Access = access) {
  let current = access;
  const kube = connectKube({
    access: { current: () => Promise.resolve(current) },
    clock: systemClock(),
    random: fakeRandom(),
    log: fakeLog(),
    userAgent: "skerry-test",
  });
  return { ...kube, rotate: () => void (current = next), [Symbol.dispose]: () => kube.close() };
}

Deno.test("a server of the right authority is talked to, with the client's certificate", async () => {
  const own = pair();
  await using server = await serve(own);
  const cluster = { server: server.url, authorityPem: own.certPem };
  using nobody = connect({ cluster });
  assert.equal((await nobody.get(ref)).metadata?.name, "nobody");
  using node = connect({ cluster, certificate: pair({ name: "system:node:edge-1" }) });
  assert.equal((await node.get(ref)).metadata?.name, "system:node:edge-1");
});

Deno.test("a server behind a proxy is reached through it", async () => {
  const own = pair();
  await using server = await serve(own);
  const asked: (string | undefined)[] = [];
  const proxy = http.createServer();
  proxy.on("connect", ({ url }, socket) => {
    asked.push(url);
    const { hostname, port } = new URL(server.url);
    const upstream = net.connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on("error", () => {});
    socket.on("error", () => {});
  });
  const port = await listen(proxy);
  const { host } = new URL(server.url);
  {
    using kube = connect({
      cluster: {
        server: server.url,
        authorityPem: own.certPem,
        proxyUrl: `http://127.0.0.1:${port}`,
      },
    });
    assert.equal((await kube.get(ref)).metadata?.name, "nobody");
  }
  assert.deepEqual(asked, [host]);
  await new Promise((resolve) => proxy.close(resolve));
});

Deno.test("a certificate and its key may lie in one text", async () => {
  const own = pair();
  await using server = await serve(own);
  const { certPem, keyPem } = pair({ name: "both" });
  const both = certPem + keyPem;
  using kube = connect({
    cluster: { server: server.url, authorityPem: own.certPem },
    certificate: { certPem: both, keyPem: both },
  });
  assert.equal((await kube.get(ref)).metadata?.name, "both");
});

Deno.test("the certificate that comes after a rotation is shown with the next request", async () => {
  const own = pair();
  await using server = await serve(own);
  const cluster = { server: server.url, authorityPem: own.certPem };
  const [before, after] = ["before", "after"].map((name) => ({
    cluster,
    certificate: pair({ name }),
  }));
  assert(before !== undefined && after !== undefined);
  using kube = connect(before, after);
  assert.equal((await kube.get(ref)).metadata?.name, "before");
  kube.rotate();
  assert.equal((await kube.get(ref)).metadata?.name, "after");
});

const untrusted: readonly {
  readonly what: string;
  readonly certificate: ClientCertificate;
  /** Another one than the server's own. */
  readonly authority?: ClientCertificate;
  readonly message: RegExp;
}[] = [
  {
    what: "of another authority",
    certificate: pair(),
    authority: pair(),
    message: /not signed by the authority that the kubeconfig names/,
  },
  {
    what: "with an expired certificate",
    certificate: pair({ from: -2 * day, until: -day }),
    message:
      /has expired, or this machine's clock is wrong \(the clock shows \d{4}-.*Z, and it is not valid after \d{4}-.*Z\)/,
  },
  {
    what: "whose certificate begins tomorrow",
    certificate: pair({ from: day, until: 2 * day }),
    message:
      /not valid yet, or this machine's clock is wrong \(the clock shows \d{4}-.*Z, and it is not valid before \d{4}-.*Z\)/,
  },
  {
    what: "with another name",
    certificate: pair({ ips: ["10.0.0.1"] }),
    message: /for another name than that in the kubeconfig's server/,
  },
];

for (const { what, certificate, authority = certificate, message } of untrusted) {
  Deno.test(`a server ${what} is not talked to`, async () => {
    await using server = await serve(certificate);
    const cluster = { server: server.url, authorityPem: authority.certPem };
    using kube = connect({ cluster });
    await assert.rejects(kube.get(ref), (error) => {
      assert(error instanceof Unavailable);
      assert.match(error.message, message);
      assert.ok(error.message.includes(server.url));
      return true;
    });
  });
}

Deno.test("a server that is not there, or has no name, is Unavailable", async () => {
  const { port } = closedPort();
  using kube = connect({ cluster: { server: `https://127.0.0.1:${port}` } });
  await assert.rejects(
    kube.get(ref),
    (error) => error instanceof Unavailable && /cannot reach .*refused/.test(error.message),
  );
  using nameless = connect({ cluster: { server: "https://nobody.invalid" } });
  await assert.rejects(nameless.get(ref), /its name cannot be resolved/);
});

Deno.test("certificates that are none are said to be so before anything is sent", async () => {
  const cluster = { server: "https://127.0.0.1:1" };
  for (
    const access of [
      { cluster: { ...cluster, authorityPem: "no certificate" } },
      { cluster, certificate: { certPem: "none", keyPem: "none" } },
      { cluster, certificate: { ...pair(), keyPem: "none" } },
    ]
  ) {
    using kube = connect(access);
    await assert.rejects(kube.get(ref), Unavailable);
  }
});
