/** Over real TLS: who the server takes a client for, and how its certificates change while it runs. */
import assert from "node:assert/strict";
import {
  realClock,
  startTestServer,
  type TestServer,
} from "../../../tests/fakes/kubelet_server.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { curlOptions, testAuthority } from "../../../tests/fakes/test_pki.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { Failed } from "../../ports/errors.ts";
import { serveKubelet } from "./kubelet_server.ts";
import { createTlsIdentity } from "./tls_identity.ts";

Deno.test("whoever the gate does not let in gets its answer and no other", async () => {
  const message = "Unauthorized";
  const gate = {
    admit: () => Promise.resolve({ kind: "Refused", status: 401, message } as const),
  };
  await using server = await startTestServer({ gate });
  for (const path of ["/healthz", "/pods", "/nothing", "/logs/"]) {
    const { status, body, headers } = await server.ask(path);
    assert.deepEqual([status, body], [401, "Unauthorized"]);
    assert.equal(headers["content-type"], "text/plain; charset=utf-8");
  }
});

Deno.test("a client is who its certificate says, if its authority counts now", async () => {
  await using server = await startTestServer();
  const { authority, asked } = server;
  const other = testAuthority("other");
  const between = authority.authority("between");
  const via = between.issue({ commonName: "via", purpose: "client" });
  const forged = { commonName: "x\nO=system:masters", organizations: ["y\nCN=admin"] };
  const cases = [
    { title: "none", pair: undefined, found: null },
    {
      title: "good",
      pair: authority.issue({ commonName: "jane", organizations: ["a", "b"], purpose: "client" }),
      found: { commonName: "jane", organizations: ["a", "b"] },
    },
    {
      title: "of an authority in between",
      pair: { ...via, certificate: via.certificate + between.certificate },
      found: { commonName: "via", organizations: [] },
    },
    {
      title: "with line feeds in its names",
      pair: authority.issue({ ...forged, purpose: "client" }),
      found: forged,
    },
    {
      title: "of an authority in between that is not shown",
      pair: via,
      found: "bad",
    },
    {
      title: "of another authority",
      pair: other.issue({ commonName: "jane", purpose: "client" }),
      found: "bad",
    },
    {
      title: "expired",
      pair: authority.issue({ commonName: "jane", purpose: "client", from: -2, until: -1 }),
      found: "bad",
    },
    {
      title: "not valid yet",
      pair: authority.issue({ commonName: "jane", purpose: "client", from: 1, until: 2 }),
      found: "bad",
    },
    {
      title: "of a server",
      pair: authority.issue({ commonName: "jane", purpose: "server" }),
      found: "bad",
    },
  ];
  for (const { title, pair, found } of cases) {
    await server.ask("/healthz", pair === undefined ? {} : { pair });
    const { certificate, hasBadCertificate } = asked.at(-1)?.credentials ?? {};
    const seen = certificate === null || certificate === undefined ? null : {
      commonName: certificate.commonName,
      organizations: certificate.organizations,
    };
    assert.deepEqual(hasBadCertificate === true ? "bad" : seen, found, title);
  }
});

Deno.test("a certificate is replaced without an open connection noticing", async () => {
  await using server = await startTestServer();
  const { authority, identity } = server;
  const subject = async () => {
    const answer = await server.ask("/healthz");
    return answer.peer;
  };
  assert.equal(await subject(), "node");
  const open = await server.connect();
  await open.send("GET /healthz HTTP/1.1\r\nHost: n\r\n\r\n");
  assert.match(await open.read(), /^HTTP\/1\.1 200 OK/);
  identity.serve(authority.issue({ commonName: "renewed", purpose: "server" }));
  assert.equal(await subject(), "renewed");
  await open.send("GET /healthz HTTP/1.1\r\nHost: n\r\n\r\n");
  assert.match(await open.read(), /^HTTP\/1\.1 200 OK/);
  open.close();
});

Deno.test("an authority that is taken out counts no more: not on open connections, and not in resumed sessions", async () => {
  await using server = await startTestServer();
  const { authority, identity, asked } = server;
  const other = testAuthority("other");
  const jane = authority.issue({ commonName: "jane", purpose: "client" });
  const newcomer = other.issue({ commonName: "newcomer", purpose: "client" });
  const last = () => asked.at(-1)?.credentials;
  const open = await server.connect(jane);
  const get = "GET /healthz HTTP/1.1\r\nHost: n\r\n\r\n";
  await open.send(get);
  await open.read();
  using folder = temporaryFolder();
  const shown = curlOptions(jane, { folder: folder.path, name: "jane" })
    .map((each) => each.replace("--", "-"));
  const session = `${folder.path}/session`;
  await openssl(server, [...shown, "-sess_out", session]);
  assert.equal(last()?.certificate?.commonName, "jane");
  assert.match(await openssl(server, [...shown, "-sess_in", session]), /^Reused, /m);
  assert.equal(last()?.certificate?.commonName, "jane");

  identity.trust(other.certificate);
  await open.send(get);
  await open.read();
  assert.deepEqual([last()?.certificate, last()?.hasBadCertificate], [null, true], "open");
  open.close();
  await openssl(server, [...shown, "-sess_in", session]);
  assert.deepEqual([last()?.certificate, last()?.hasBadCertificate], [null, true], "resumed");
  await server.ask("/healthz", { pair: newcomer });
  assert.equal(last()?.certificate?.commonName, "newcomer");
});

Deno.test("a server with no certificate yet waits for one, and for the client CA", async () => {
  const identity = createTlsIdentity({ asksClients: true });
  const listening = Promise.withResolvers<number>();
  const log = fakeLog();
  const stop = new AbortController();
  const finished = serveKubelet({
    address: "127.0.0.1",
    port: 0,
    tls: { minVersion: "TLSv1.2", ciphers: null },
    identity,
    gate: { admit: () => Promise.reject(new Error("nobody has come")) },
    routes: { fetch: () => new Response("") },
    streams: null,
    metrics: createAgentMetrics(),
    clock: realClock,
    log,
    onListening: listening.resolve,
  }, stop.signal);
  const authority = testAuthority("ca");
  identity.serve(authority.issue({ commonName: "node", purpose: "server" }));
  assert.deepEqual(log.messages("info"), ["The kubelet API waits for its certificates"]);
  identity.trust(authority.certificate);
  assert.ok(await listening.promise > 0);
  stop.abort();
  await finished;
});

Deno.test("what is no client CA is refused, and the former one stays", () => {
  const identity = createTlsIdentity({ asksClients: true });
  const { certificate } = testAuthority("ca");
  identity.trust(certificate);
  const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  for (const pem of ["", "no PEM", broken]) assert.throws(() => identity.trust(pem), Failed);
  assert.equal(identity.clientAuthority()?.pem, certificate);
});

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
const accepted = { "TLSv1.2": ["TLSv1.2", "TLSv1.3"], "TLSv1.3": ["TLSv1.3"] } as const;
for (const minVersion of ["TLSv1.2", "TLSv1.3"] as const) {
  Deno.test(`with ${minVersion} as the lowest, older versions get no connection`, async () => {
    await using server = await startTestServer({ tls: { minVersion, ciphers: null } });
    const spoken: string[] = [];
    for (const version of versions) {
      if (await opensslConnects(server, version)) spoken.push(version);
    }
    assert.deepEqual(spoken, accepted[minVersion]);
  });
}

Deno.test("a connection with a cipher suite that was not named is closed, unless it is of TLS 1.3", async () => {
  const strong = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const other = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const asked = async (ciphers: readonly string[], ...args: readonly string[]) => {
    await using server = await startTestServer({ tls: { minVersion: "TLSv1.2", ciphers } });
    return (await curl(server, args)) === "200";
  };
  assert.ok(await asked([strong], "--tls-max", "1.2", "--ciphers", strong));
  assert.ok(!await asked([strong], "--tls-max", "1.2", "--ciphers", other));
  assert.ok(await asked([other], "--tls-max", "1.2", "--ciphers", other));
  assert.ok(await asked([other], "--tlsv1.3"));
});

async function opensslConnects(
  server: Pick<TestServer, "port">,
  version: typeof versions[number],
): Promise<boolean> {
  const flag = `-${version.toLowerCase().replace("v1.", "1_").replace("tlsv1", "tls1")}`;
  const said = await openssl(server, [flag, "-cipher", "ALL:@SECLEVEL=0"]);
  return /Cipher is (?!\(NONE\))/.test(said);
}

/** What `openssl s_client` says of a connection, on which it asks for /healthz. */
async function openssl(
  { port }: Pick<TestServer, "port">,
  args: readonly string[],
): Promise<string> {
  const client = new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${port}`, "-ign_eof", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stdin = client.stdin.getWriter();
  const request = "GET /healthz HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n";
  // One that does not come to a connection has closed this already.
  await stdin.write(new TextEncoder().encode(request)).then(() => stdin.close()).catch(() => {});
  return new TextDecoder().decode((await client.output()).stdout);
}

/** The status that curl sees; `000` where there is no answer. */
async function curl(
  { port }: Pick<TestServer, "port">,
  args: readonly string[],
): Promise<string> {
  const url = `https://127.0.0.1:${port}/healthz`;
  const { stdout } = await new Deno.Command("curl", {
    args: ["-sk", "-o", "/dev/null", "-w", "%{http_code}", ...args, url],
    stdout: "piped",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
