/** Which client certificate a node starts with, whom it asks for another, and what becomes of its kubeconfig. */
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import assert from "node:assert/strict";
import {
  fakeAuthority,
  newKey,
  privateKey,
  publicKeyOf,
} from "../../../tests/fakes/certificate_authority.ts";
import {
  type FakeCertificateStore,
  fakeCertificateStore,
} from "../../../tests/fakes/certificate_store.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeKube, fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeNodeKubeconfig } from "../../../tests/fakes/node_kubeconfig.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { minute } from "../../core/instant.ts";
import { nodeTemplate, type SigningRequest } from "../../core/kube/certificate_request.ts";
import { certificateSigningRequests } from "../../core/kube/resource.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import type { KubeconfigCredential } from "../../ports/node_kubeconfig.ts";
import { createClientCertificate } from "./client_certificate.ts";
import { kubeSigners } from "./kube_signers.ts";

const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1);
const authority = fakeAuthority();
const { subject } = nodeTemplate({ nodeName: "edge-1" });

/** A pair whose certificate is valid from an hour before the start. */
function pair(
  { until = start + 100 * hour, commonName = subject.commonName } = {},
): KeyPair {
  const key = newKey();
  const certificate = authority.issue({
    subject: { ...subject, commonName },
    serialNumber: 1n,
    notBefore: start - hour,
    notAfter: until,
    dnsNames: [],
    ips: [],
  }, privateKey(key).publicKey);
  return { certificate, key };
}

function inKubeconfig(given: KeyPair, { isOwn = false } = {}): KubeconfigCredential {
  return { kind: "Certificate", pair: given, isOwn };
}

interface Given {
  readonly credential?: KubeconfigCredential;
  readonly store?: FakeCertificateStore;
  readonly rotate?: boolean;
  /** False: no bootstrap kubeconfig is configured. */
  readonly bootstrap?: boolean;
  readonly bootstrapThere?: boolean;
  /** The API server answers the bootstrap credential with 401. */
  readonly tokenRefused?: boolean;
  readonly linkIsRare?: boolean;
}

async function story(given: Given) {
  const { credential, store = fakeCertificateStore(), rotate = true, bootstrap = true } = given;
  const { bootstrapThere, tokenRefused = false } = given;
  const clock = fakeClock(start);
  const log = fakeLog();
  const [kube, bootstrapKube] = [fakeKube({ clock }), fakeKube({ clock })];
  if (tokenRefused) bootstrapKube.server.fail({ status: 401, times: Infinity });
  const kubeconfig = fakeNodeKubeconfig({
    store,
    ...(credential && { credential }),
    ...(bootstrapThere !== undefined && { bootstrapThere }),
  });
  const manager = await createClientCertificate({
    metrics: createAgentMetrics(),
    nodeName: "edge-1",
    rotate,
    isLinkRare: () => given.linkIsRare === true,
    signers: kubeSigners({
      nodeName: "edge-1",
      kube,
      bootstrap: bootstrap ? bootstrapKube : null,
      kubeconfig,
      clock,
    }),
    kubeconfig,
    store,
    clock,
    random: fakeRandom(),
    log,
  });
  const stop = new AbortController();
  const running = manager?.run(stop.signal);
  await clock.advance(1);
  return {
    clock,
    log,
    kube,
    bootstrapKube,
    kubeconfig,
    store,
    manager,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      kube.close();
      bootstrapKube.close();
    },
  };
}

async function requestsOf(kube: FakeKube): Promise<readonly SigningRequest[]> {
  return (await kube.list<SigningRequest>({ resource: certificateSigningRequests })).items;
}

/** Signs the only request for ten hours. */
async function sign(
  kube: FakeKube,
  { clock }: { readonly clock: ReturnType<typeof fakeClock> },
): Promise<void> {
  const [request] = await requestsOf(kube);
  assert(request !== undefined);
  const certificate = authority.issue({
    ...nodeTemplate({ nodeName: "edge-1" }),
    serialNumber: 1n,
    notBefore: clock.now(),
    notAfter: clock.now() + 10 * hour,
  }, publicKeyOf(atob(request.spec.request)));
  kube.server.put(certificateSigningRequests, {
    ...request,
    status: {
      conditions: [{ type: "Approved", status: "True" }],
      certificate: btoa(certificate),
    },
  });
  await clock.advance(1);
}

Deno.test("a new node asks with the bootstrap credential; its kubeconfig comes with the certificate", async () => {
  await using all = await story({});
  const { kube, bootstrapKube, kubeconfig, store } = all;
  assert.equal((await requestsOf(bootstrapKube)).length, 1);
  assert.equal(kubeconfig.changes, 0);
  await sign(bootstrapKube, all);
  assert.equal(kubeconfig.changes, 1);
  assert(store.pair !== null);
  assert.deepEqual(kubeconfig.credential, inKubeconfig(store.pair, { isOwn: true }));
  assert.deepEqual(await requestsOf(kube), []);
});

Deno.test("a node that has joined rotates with its own certificate", async () => {
  const own = pair();
  await using all = await story({
    credential: inKubeconfig(own, { isOwn: true }),
    store: fakeCertificateStore(own),
  });
  const { clock, kube, bootstrapKube, kubeconfig, store } = all;
  assert.deepEqual(await requestsOf(kube), []);
  await clock.advance(70 * hour);
  assert.equal((await requestsOf(kube)).length, 1);
  assert.deepEqual(await requestsOf(bootstrapKube), []);
  await sign(kube, all);
  assert.notDeepEqual(store.pair, own);
  assert(store.pair !== null);
  assert.deepEqual(kubeconfig.credential, inKubeconfig(store.pair, { isOwn: true }));
});

Deno.test("a node's certificate inside a kubeconfig is rotated too, and moves out of it only then", async () => {
  const given = pair();
  await using all = await story({ credential: inKubeconfig(given), bootstrap: false });
  const { clock, kube, kubeconfig } = all;
  assert.equal(kubeconfig.changes, 0);
  await clock.advance(70 * hour);
  await sign(kube, all);
  assert.equal(kubeconfig.changes, 1);
});

Deno.test("a kubeconfig that was lost is written again for a certificate that is there", async () => {
  await using all = await story({ store: fakeCertificateStore(pair()) });
  const { bootstrapKube, kubeconfig } = all;
  assert.equal(kubeconfig.changes, 1);
  assert.deepEqual(await requestsOf(bootstrapKube), []);
});

Deno.test("with an expired certificate the bootstrap credential asks, and it is said", async () => {
  const expired = pair({ until: start - 1_000 });
  await using all = await story({
    credential: inKubeconfig(expired, { isOwn: true }),
    store: fakeCertificateStore(expired),
  });
  const { log, bootstrapKube, clock } = all;
  assert.equal((await requestsOf(bootstrapKube)).length, 1);
  await clock.advance(hour);
  assert.deepEqual(log.records.filter(({ level }) => level === "warn"), [{
    level: "warn",
    component: "",
    message: "The node's certificate has expired",
    fields: { expired: "2025-12-31T23:59:59Z", asking: "with the bootstrap credential" },
  }]);
});

Deno.test("where the token has expired as well, the certificate is tried all the same: the clock may be wrong", async () => {
  const expired = pair({ until: start - 1_000 });
  await using all = await story({
    credential: inKubeconfig(expired, { isOwn: true }),
    store: fakeCertificateStore(expired),
    tokenRefused: true,
  });
  assert.equal((await requestsOf(all.kube)).length, 1);
  assert.match(all.manager?.view().problem ?? "", /waiting for the certificate request/);
});

Deno.test("a node without any credential says how to get one", async () => {
  await using all = await story({ bootstrapThere: false });
  const problem = "the node has no client certificate and no bootstrap credential: " +
    "let it join (skerry join)";
  assert.equal(all.manager?.view().problem, problem);
  all.kubeconfig.bootstrapThere = true;
  await all.clock.advance(minute);
  assert.equal(
    (await requestsOf(all.bootstrapKube)).length,
    1,
    "a bootstrap kubeconfig may come later",
  );
});

Deno.test("a token that has expired is told of, with the way out", async () => {
  await using all = await story({ tokenRefused: true });
  assert.match(
    all.manager?.view().problem ?? "",
    /^the bootstrap credential is not accepted .* a token may have expired \(kubeadm token create/,
  );
});

Deno.test("an expired certificate without a bootstrap credential is still asked with, and the way out is said", async () => {
  const expired = pair({ until: start - 1_000 });
  await using all = await story({
    credential: inKubeconfig(expired, { isOwn: true }),
    store: fakeCertificateStore(expired),
    bootstrapThere: false,
  });
  const { kube, log, clock, manager } = all;
  assert.equal((await requestsOf(kube)).length, 1);
  const problem = manager?.view().problem ?? "";
  assert.match(problem, /^the pods go on; to get another let the node join again \(skerry join/);
  assert.match(problem, /it stays the same node: waiting for the certificate request/);
  kube.server.goDown();
  await clock.advance(hour);
  assert.match(manager?.view().problem ?? "", /^the pods go on; .*skerry join/);
  const told = log.records.find(({ message }) => message === "The node's certificate has expired");
  assert.match(String(told?.fields["remedy"]), /skerry join/);
});

Deno.test("with a bootstrap credential there is nothing for a person to do yet", async () => {
  const expired = pair({ until: start - 1_000 });
  await using all = await story({
    credential: inKubeconfig(expired, { isOwn: true }),
    store: fakeCertificateStore(expired),
  });
  assert.match(
    all.manager?.view().problem ?? "",
    /^the pods go on, and the bootstrap credential is to get another: waiting for/,
  );
  await sign(all.bootstrapKube, all);
  assert.equal(all.manager?.view().problem, "");
});

Deno.test("where the link is rare a certificate is replaced from half of its life on", async () => {
  const own = pair();
  await using all = await story({
    credential: inKubeconfig(own, { isOwn: true }),
    store: fakeCertificateStore(own),
    linkIsRare: true,
  });
  await all.clock.advance(49 * hour);
  assert.deepEqual(await requestsOf(all.kube), []);
  await all.clock.advance(2 * hour);
  assert.equal((await requestsOf(all.kube)).length, 1);
});

Deno.test("while the link is gone at half of its life, a certificate is asked for again and again until it is back", async () => {
  const own = pair();
  await using all = await story({
    credential: inKubeconfig(own, { isOwn: true }),
    store: fakeCertificateStore(own),
    linkIsRare: true,
  });
  all.kube.server.goDown();
  await all.clock.advance(80 * hour);
  all.kube.server.comeBack();
  await all.clock.advance(2 * minute);
  assert.equal((await requestsOf(all.kube)).length, 1);
});

for (const bootstrapThere of [true, false]) {
  const how = bootstrapThere ? "with" : "without";
  Deno.test(`a machine with another name asks for no certificate of another node, ${how} a bootstrap credential`, async () => {
    const former = pair({ until: start - 1_000, commonName: "system:node:edge-0" });
    await using all = await story({
      credential: inKubeconfig(former, { isOwn: true }),
      store: fakeCertificateStore(former),
      bootstrapThere,
    });
    await all.clock.advance(hour);
    assert.deepEqual(await requestsOf(all.kube), []);
    assert.deepEqual(await requestsOf(all.bootstrapKube), []);
    assert.match(
      all.manager?.view().problem ?? "",
      /the node's certificate is for edge-0, and this machine calls itself edge-1: name it with --hostname-override edge-0/,
    );
  });
}

const leftAlone: readonly (readonly [what: string, given: Given])[] = [
  ["a token", { credential: { kind: "Other" }, bootstrap: false }],
  ["a kubeconfig that cannot be read", { bootstrap: false }],
  ["an administrator's certificate", {
    credential: inKubeconfig(pair({ commonName: "kubernetes-admin" })),
  }],
  ["a certificate that is not to be rotated", {
    credential: inKubeconfig(pair()),
    bootstrap: false,
    rotate: false,
  }],
];
for (const [what, given] of leftAlone) {
  Deno.test(`${what} is used as it is`, async () => {
    await using all = await story(given);
    assert.equal(all.manager, null);
  });
}

Deno.test("a token in a kubeconfig makes way for a certificate where there is a bootstrap kubeconfig", async () => {
  await using all = await story({ credential: { kind: "Other" } });
  assert.equal((await requestsOf(all.bootstrapKube)).length, 1);
});
