/** The three ways to a serving certificate: the cluster's, files, and one of the node's own making. */
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import assert from "node:assert/strict";
import {
  fakeAuthority,
  newKey,
  privateKey,
  publicKeyOf,
} from "../../../tests/fakes/certificate_authority.ts";
import { fakeCertificateStore } from "../../../tests/fakes/certificate_store.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { minute } from "../../core/instant.ts";
import { nodeTemplate, type SigningRequest } from "../../core/kube/certificate_request.ts";
import { certificateSigningRequests } from "../../core/kube/resource.ts";
import type { NodeAddress } from "../../core/node/node_object.ts";
import { type Certificate, parseCertificates } from "../../core/x509/certificate.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Failed } from "../../ports/errors.ts";
import { createCertificateFiles } from "./certificate_files.ts";
import type { CertificateManager } from "./certificate_manager.ts";
import { kubeSigners } from "./kube_signers.ts";
import { createRequestedServingCertificate } from "./requested_serving_certificate.ts";
import { createSelfSignedCertificate } from "./self_signed_certificate.ts";

const day = 24 * 60 * minute;
const authority = fakeAuthority();

function stage() {
  const clock = fakeClock();
  const used: KeyPair[] = [];
  return {
    clock,
    log: fakeLog(),
    store: fakeCertificateStore(),
    random: fakeRandom(),
    used,
    use: (pair: KeyPair) => void used.push(pair),
  };
}

/** Runs until disposed of. */
function running(manager: CertificateManager): AsyncDisposable {
  const stop = new AbortController();
  const run = manager.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await run;
    },
  };
}

function leafOf(pair: KeyPair | null | undefined): Certificate {
  const parsed = parseCertificates(pair?.certificate ?? "");
  assert(parsed.ok);
  return parsed.value[0];
}

function pair(
  commonName: string,
  { at, ms }: { readonly at: number; readonly ms: number },
): KeyPair {
  const key = newKey();
  const certificate = authority.issue({
    subject: { commonName },
    serialNumber: 1n,
    notBefore: at,
    notAfter: at + ms,
    dnsNames: ["edge-1"],
    ips: [],
  }, privateKey(key).publicKey);
  return { certificate, key };
}

Deno.test("a node that is to sign for itself makes a certificate for a year, and another in time", async () => {
  const all = stage();
  const { clock, store, used } = all;
  const manager = createSelfSignedCertificate({ ...all, hostname: "edge-1", newKey });
  await using _running = running(manager);
  await clock.settle();
  const { dnsNames, ips, notBefore, notAfter } = leafOf(manager.current());
  assert.deepEqual({ dnsNames, ips }, { dnsNames: ["edge-1"], ips: [] });
  assert.equal(notBefore, clock.now() - 60 * minute);
  assert.equal(notAfter - notBefore, 365 * day);
  assert.deepEqual(store.pair, manager.current());
  await clock.advance(200 * day);
  assert.equal(used.length, 1);
  await clock.advance(60 * day);
  assert.equal(used.length, 2);
  assert.deepEqual(used[1], manager.current());
});

Deno.test("a self-signed certificate is used again after a restart", async () => {
  const all = stage();
  const make = () => createSelfSignedCertificate({ ...all, hostname: "10.0.0.1", newKey });
  {
    await using _running = running(make());
    await all.clock.settle();
  }
  await using _running = running(make());
  await all.clock.settle();
  assert.deepEqual(all.used[0], all.used[1]);
  assert.deepEqual(leafOf(all.used[0]).ips, ["10.0.0.1"]);
});

Deno.test("a self-signed certificate from before the clock was set makes way for another", async () => {
  const all = stage();
  const { clock, used } = all;
  const now = clock.now();
  clock.setWall(0);
  const manager = createSelfSignedCertificate({ ...all, hostname: "edge-1", newKey });
  await using _running = running(manager);
  await clock.settle();
  clock.setWall(now);
  await clock.advance(2 * minute);
  assert.equal(used.length, 2);
  assert(leafOf(manager.current()).notAfter > clock.now());
  clock.setWall(now - 30 * day);
  await clock.advance(2 * minute);
  assert.equal(used.length, 3, "it would not be valid yet");
});

Deno.test("a node that is called otherwise makes another certificate", async () => {
  const all = stage();
  {
    await using _running = running(
      createSelfSignedCertificate({ ...all, hostname: "edge-1", newKey }),
    );
    await all.clock.settle();
  }
  await using _running = running(
    createSelfSignedCertificate({ ...all, hostname: "edge-2", newKey }),
  );
  await all.clock.settle();
  assert.deepEqual(all.used.map((each) => leafOf(each).dnsNames), [["edge-1"], ["edge-2"]]);
});

Deno.test("a pair that somebody put where the node's own would lie is used and never replaced", async () => {
  const all = stage();
  const { clock, store } = all;
  const given = pair("our own gateway", { at: clock.now(), ms: day });
  store.pair = given;
  const manager = createSelfSignedCertificate({ ...all, hostname: "edge-9", newKey });
  await using _running = running(manager);
  await clock.advance(2 * day);
  assert.deepEqual(store.pair, given);
  assert.deepEqual(manager.current(), given);
});

Deno.test("a certificate that cannot be kept is told of once, and made when it can", async () => {
  const all = stage();
  const { clock, store, log } = all;
  store.failure = new Failed("write /pki/kubelet.crt: read-only file system");
  const manager = createSelfSignedCertificate({ ...all, hostname: "edge-1", newKey });
  await using _running = running(manager);
  await clock.advance(10 * minute);
  assert.equal(manager.view().problem, "write /pki/kubelet.crt: read-only file system");
  const told = log.records.filter(({ message }) => message.startsWith("Could not make"));
  assert.equal(told.length, 1);
  store.failure = null;
  await clock.advance(minute);
  assert.equal(manager.view().problem, "");
});

Deno.test("files are taken up when they change, and kept in use while they cannot be read", async () => {
  const all = stage();
  const { clock, store, used } = all;
  const manager = createCertificateFiles(all);
  await using _running = running(manager);
  await clock.settle();
  assert.match(manager.view().problem, /does not exist$/);
  store.pair = pair("a", { at: clock.now(), ms: day });
  await clock.advance(minute);
  assert.deepEqual(manager.view(), {
    name: "serving",
    expiresAt: leafOf(store.pair).notAfter,
    problem: "",
  });
  await clock.advance(10 * minute);
  assert.equal(used.length, 1, "nothing has changed");
  store.failure = new Failed("read /tls.crt: no certificate in PEM");
  await clock.advance(minute);
  assert.deepEqual(manager.current(), used[0]);
  store.failure = null;
  store.pair = pair("b", { at: clock.now(), ms: day });
  await clock.advance(minute);
  assert.deepEqual(used.map((each) => leafOf(each).commonName), ["a", "b"]);
});

Deno.test("the cluster is asked for a serving certificate once the node has an address, and again when it has others", async () => {
  const all = stage();
  const { clock, used } = all;
  const kube = fakeKube({ clock });
  let addresses: readonly NodeAddress[] = [{ type: "Hostname", address: "edge-1" }];
  const manager = await createRequestedServingCertificate({
    isLinkRare: () => false,
    metrics: createAgentMetrics(),
    ...all,
    addresses: () => addresses,
    signers: kubeSigners({
      nodeName: "edge-1",
      kube,
      bootstrap: null,
      kubeconfig: { hasBootstrap: () => Promise.resolve(false) },
      clock,
    }),
  });
  await using _running = running(manager);
  const requests = async (): Promise<readonly SigningRequest[]> =>
    (await kube.list<SigningRequest>({ resource: certificateSigningRequests })).items;
  const sign = async (ips: readonly string[]): Promise<void> => {
    const request = (await requests()).find(({ status }) => status?.certificate === undefined);
    assert(request !== undefined);
    const certificate = authority.issue({
      ...nodeTemplate({ nodeName: "edge-1", dnsNames: ["edge-1"], ips }),
      serialNumber: 1n,
      notBefore: clock.now(),
      notAfter: clock.now() + 365 * day,
    }, publicKeyOf(atob(request.spec.request)));
    const conditions = [{ type: "Approved", status: "True" }];
    const status = { conditions, certificate: btoa(certificate) };
    kube.server.put(certificateSigningRequests, { ...request, status });
    await clock.advance(1);
  };
  await clock.advance(minute);
  assert.deepEqual(await requests(), []);

  addresses = [...addresses, { type: "InternalIP", address: "10.0.0.1" }];
  manager.templateChanged();
  await clock.advance(1);
  assert.deepEqual((await requests()).map(({ spec }) => [spec.signerName, spec.usages]), [
    ["kubernetes.io/kubelet-serving", ["digital signature", "server auth"]],
  ]);
  await sign(["10.0.0.1"]);
  assert.deepEqual(leafOf(used[0]).ips, ["10.0.0.1"]);

  addresses = [...addresses, { type: "InternalIP", address: "fd00::1" }];
  manager.templateChanged();
  await clock.advance(1);
  assert.deepEqual(manager.current(), used[0], "the former one serves meanwhile");
  await sign(["10.0.0.1", "fd00::1"]);
  assert.deepEqual(leafOf(used[1]).ips, ["10.0.0.1", "fd00::1"]);
  kube.close();
});
