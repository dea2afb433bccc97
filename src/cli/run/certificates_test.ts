/** Which certificates a node has by its configuration, where they lie, and who is asked for them. */
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import assert from "node:assert/strict";
import { pairFor } from "../../../tests/contract/certificate_store_suite.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { type FakeApiServer, fakeApiServer } from "../../../tests/fakes/api_server/api_server.ts";
import { fakeAuthority, newKey, publicKeyOf } from "../../../tests/fakes/certificate_authority.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { configurationOf } from "../../../tests/fakes/configuration_files.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { rotatingPair } from "../../adapters/x509/rotating_pair.ts";
import { minute } from "../../core/instant.ts";
import { nodeTemplate, type SigningRequest } from "../../core/kube/certificate_request.ts";
import { kubeconfigText, type KubeconfigUserText } from "../../core/kube/kubeconfig_text.ts";
import { certificateSigningRequests } from "../../core/kube/resource.ts";
import type { NodeAddress } from "../../core/node/node_object.ts";
import { parseCertificates } from "../../core/x509/certificate.ts";
import type { RunFlags } from "../config/flags.ts";
import { openCertificates } from "./certificates.ts";

const authority = fakeAuthority();
const nodeName = "pi-1";
const ip: NodeAddress = { type: "InternalIP", address: "10.0.0.1" };

/** A node with a folder of its own, and the cluster's API server. */
function stage() {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  const clock = fakeClock();
  const server = fakeApiServer({ clock });
  const kube = fakeKube({ clock, server });
  const ports = {
    clock,
    random: fakeRandom(),
    log: fakeLog(),
    metrics: createAgentMetrics(),
  };
  const addresses: NodeAddress[] = [];
  const used: KeyPair[] = [];

  function writeKubeconfig(
    name: string,
    user: KubeconfigUserText,
    to = "https://api.test",
  ): string {
    const cluster = { server: to, authority: undefined, proxyUrl: undefined };
    Deno.writeTextFileSync(at(name), kubeconfigText({ cluster, user }));
    return at(name);
  }

  const use = (pair: KeyPair): void => void used.push(pair);
  async function open(flags: RunFlags, { inCluster = true } = {}) {
    const configuration = await configurationOf({ flags: { certDir: at("pki"), ...flags } });
    const deps = {
      ...ports,
      kube: inCluster ? kube : null,
      isLinkRare: () => false,
      addresses: () => addresses,
      use,
    };
    return await openCertificates(configuration, deps);
  }

  /** Files and connections take turns of the event loop that the clock knows nothing of, so time passes meanwhile. */
  async function until(isRight: () => boolean): Promise<void> {
    const start = performance.now();
    while (!isRight()) {
      assert(performance.now() - start < 30_000, "waited in vain");
      await Deno.stat("/");
      await clock.advance(100);
    }
  }

  return {
    at,
    clock,
    server,
    addresses,
    used,
    writeKubeconfig,
    open,
    until,
    [Symbol.dispose]() {
      kube.close();
      folder[Symbol.dispose]();
    },
  };
}

type Certificates = Awaited<ReturnType<typeof openCertificates>>;

/** Lets them work until disposed of. */
function running(certificates: Certificates): AsyncDisposable {
  const stop = new AbortController();
  const run = certificates.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await run;
    },
  };
}

function requestsAt(server: FakeApiServer): readonly SigningRequest[] {
  const isRequest = (object: unknown): object is SigningRequest =>
    typeof object === "object" && object !== null && "spec" in object;
  return server.list(certificateSigningRequests).filter(isRequest);
}

/** Signs the latest request. */
function sign(
  server: FakeApiServer,
  { now, ips = [] }: { readonly now: number; readonly ips?: readonly string[] },
): void {
  const request = requestsAt(server).at(-1);
  assert(request !== undefined);
  const certificate = authority.issue({
    ...nodeTemplate({ nodeName, ips }),
    serialNumber: 1n,
    notBefore: now,
    notAfter: now + 600 * minute,
  }, publicKeyOf(atob(request.spec.request)));
  const status = {
    conditions: [{ type: "Approved", status: "True" }],
    certificate: btoa(certificate),
  };
  server.put(certificateSigningRequests, { ...request, status });
}

function namesIn(certificates: Certificates) {
  const parsed = parseCertificates(certificates.serving()?.certificate ?? "");
  assert(parsed.ok);
  return [...parsed.value[0].dnsNames, ...parsed.value[0].ips];
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("a node of no cluster makes its serving certificate and gives it to the server", async () => {
  using all = stage();
  using certificates = await all.open({}, { inCluster: false });
  await using _running = running(certificates);
  await all.until(() => all.used.length > 0);
  assert.deepEqual(certificates.views().map(({ name }) => name), ["serving"]);
  assert.deepEqual(all.used, [certificates.serving()]);
});

Deno.test("a node of no cluster has no certificate where the cluster is to sign it", async () => {
  using all = stage();
  using certificates = await all.open({ rotateServerCertificates: true }, { inCluster: false });
  await certificates.run(new AbortController().signal);
  assert.deepEqual([certificates.views(), certificates.serving()], [[], null]);
});

Deno.test("a node with a token of somebody's makes only its serving certificate, in certDir", async () => {
  using all = stage();
  const { at, server } = all;
  const kubeconfig = all.writeKubeconfig("kubeconfig", { token: "t" });
  using certificates = await all.open({ kubeconfig });
  assert.equal(certificates.serving(), null, "nothing is done before it runs");
  await using _running = running(certificates);
  await all.until(() => certificates.serving() !== null);
  assert.deepEqual(certificates.views().map(({ name }) => name), ["serving"]);
  assert.deepEqual(namesIn(certificates), [nodeName]);
  assert.equal(Deno.readTextFileSync(at("pki/kubelet.crt")), certificates.serving()?.certificate);
  assert.equal(modeOf(at("pki/kubelet.key")), 0o600);
  assert.deepEqual(server.requests, []);
});

Deno.test("a serving certificate that somebody keeps in files is used from there", async () => {
  using all = stage();
  const { at } = all;
  const kubeconfig = all.writeKubeconfig("kubeconfig", { token: "t" });
  const pair = pairFor(newKey());
  Deno.writeTextFileSync(at("tls.crt"), pair.certificate);
  Deno.writeTextFileSync(at("tls.key"), pair.key);
  const [tlsCertFile, tlsPrivateKeyFile] = [at("tls.crt"), at("tls.key")];
  using certificates = await all.open({ kubeconfig, tlsCertFile, tlsPrivateKeyFile });
  await using _running = running(certificates);
  await all.until(() => certificates.serving() !== null);
  assert.deepEqual(certificates.serving(), pair);
});

Deno.test("a serving certificate of the cluster's is asked for once the node has an address, and again for another", async () => {
  using all = stage();
  const { at, clock, server, addresses } = all;
  const kubeconfig = all.writeKubeconfig("kubeconfig", { token: "t" });
  using certificates = await all.open({ kubeconfig, rotateServerCertificates: true });
  await using _running = running(certificates);
  await clock.advance(minute);
  assert.deepEqual(requestsAt(server), []);

  addresses.push(ip);
  await all.until(() => requestsAt(server).length === 1);
  sign(server, { now: clock.now(), ips: ["10.0.0.1"] });
  await all.until(() => certificates.serving() !== null);
  assert.deepEqual(namesIn(certificates), ["10.0.0.1"]);
  assert.equal(modeOf(at("pki/kubelet-server-current.pem")), 0o600);

  addresses.push({ type: "InternalIP", address: "10.0.0.2" });
  await all.until(() => requestsAt(server).length === 2);
  assert.deepEqual(namesIn(certificates), ["10.0.0.1"], "the former one serves meanwhile");
});

Deno.test("what an earlier agent has left is there before anything runs", async () => {
  using all = stage();
  const { at, clock } = all;
  const [client, serving] = [pairFor(newKey()), pairFor(newKey())];
  await rotatingPair({ dir: at("pki"), prefix: "kubelet-client", clock }).save(client);
  await rotatingPair({ dir: at("pki"), prefix: "kubelet-server", clock }).save(serving);
  const certificatePath = at("pki/kubelet-client-current.pem");
  const kubeconfig = all.writeKubeconfig("kubeconfig", { certificatePath });
  using certificates = await all.open({ kubeconfig, rotateServerCertificates: true });
  assert.deepEqual(certificates.serving(), serving);
  const expiresAt = Date.UTC(2027, 0, 1);
  assert.deepEqual(certificates.views(), [
    { name: "client", expiresAt, problem: "" },
    { name: "serving", expiresAt, problem: "" },
  ]);
});

Deno.test("a new node asks with the bootstrap kubeconfig's token, and its kubeconfig names what it gets", async () => {
  using all = stage();
  const { at, clock, server } = all;
  await using listener = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => server.fetch(request),
  );
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const bootstrapKubeconfig = all.writeKubeconfig("bootstrap", { token: "abcdef.secret" }, url);
  using certificates = await all.open({ kubeconfig: at("kubeconfig"), bootstrapKubeconfig });
  await using _running = running(certificates);
  const problem = (): string => certificates.views()[0]?.problem ?? "";
  await all.until(() => problem().includes("kubectl certificate approve node-csr-"));
  sign(server, { now: clock.now() });
  await all.until(() => certificates.views()[0]?.expiresAt !== null);
  await all.until(() => [...Deno.readDirSync(at(""))].some(({ name }) => name === "kubeconfig"));
  assert.deepEqual(
    new Set(server.requests.map(({ authorization }) => authorization)),
    new Set(["Bearer abcdef.secret"]),
  );
  const text = Deno.readTextFileSync(at("kubeconfig"));
  assert(text.includes(`client-certificate: ${at("pki/kubelet-client-current.pem")}\n`), text);
  assert(text.includes(`server: ${url}\n`), text);
});

for (
  const content of [
    "",
    "no certificate",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  ]
) {
  Deno.test(`an agent starts with a client certificate that is ${JSON.stringify(content.slice(0, 14))}`, async () => {
    using all = stage();
    const { at, clock } = all;
    Deno.mkdirSync(at("pki"), { recursive: true });
    const certificatePath = at("pki/kubelet-client-current.pem");
    Deno.writeTextFileSync(certificatePath, content);
    const kubeconfig = all.writeKubeconfig("kubeconfig", { certificatePath });
    const bootstrapKubeconfig = at("bootstrap-that-is-gone");
    using certificates = await all.open({ kubeconfig, bootstrapKubeconfig });
    await using _running = running(certificates);
    const problem = (): string => certificates.views()[0]?.problem ?? "";
    await all.until(() => problem().includes("skerry join"));
    await clock.advance(minute);
    assert.deepEqual(certificates.views().map(({ name }) => name), ["client", "serving"]);
  });
}
