/** A certificate's life: asked for, waited for, used, replaced in time; and what can go wrong on the way. */
import { metricValues } from "../../../tests/fakes/metric_values.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import assert from "node:assert/strict";
import {
  fakeAuthority,
  newKey,
  privateKey,
  publicKeyOf,
} from "../../../tests/fakes/certificate_authority.ts";
import { fakeCertificateStore } from "../../../tests/fakes/certificate_store.ts";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeKube, fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import {
  clientPurpose,
  nodeTemplate,
  type SigningRequest,
  signingRequest,
} from "../../core/kube/certificate_request.ts";
import { certificateSigningRequests } from "../../core/kube/resource.ts";
import { minute } from "../../core/instant.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Failed, Unavailable } from "../../ports/errors.ts";
import { type CertificateManagerOptions, createCertificateManager } from "./certificate_manager.ts";
import { kubeSigner } from "./certificate_request.ts";

const hour = 60 * minute;

/** A manager that runs, on a fake API server and clock. */
function story(
  { clock = fakeClock(), ...overrides }:
    & Partial<Omit<CertificateManagerOptions, "clock">>
    & { readonly clock?: FakeClock } = {},
) {
  const kube = fakeKube({ clock });
  const store = fakeCertificateStore();
  const log = fakeLog();
  const installed: KeyPair[] = [];
  const stop = new AbortController();
  const metrics = createAgentMetrics();
  const manager = createCertificateManager({
    metrics,
    name: "client",
    purpose: clientPurpose,
    template: () => nodeTemplate({ nodeName: "edge-1" }),
    requesters: () =>
      Promise.resolve([{
        credential: "bootstrap",
        signer: kubeSigner({ api: kube, clock }),
        remedy: "",
      }]),
    rotate: true,
    isLinkRare: () => false,
    store,
    initial: null,
    install: (pair) => Promise.resolve(void installed.push(pair)),
    clock,
    random: fakeRandom(),
    log,
    ...overrides,
  });
  const running = manager.run(stop.signal);
  return {
    clock,
    kube,
    store,
    log,
    metrics,
    installed,
    manager,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      kube.close();
    },
  };
}

/** The oldest first. */
async function requestsOf(kube: FakeKube): Promise<readonly SigningRequest[]> {
  const { items } = await kube.list<SigningRequest>({ resource: certificateSigningRequests });
  const uid = ({ metadata }: SigningRequest): string => metadata?.uid ?? "";
  return items.toSorted((a, b) => uid(a) < uid(b) ? -1 : 1);
}

/** The names of all requests. */
async function namesOf(kube: FakeKube): Promise<readonly string[]> {
  return (await requestsOf(kube)).map(({ metadata }) => metadata?.name ?? "");
}

const authority = fakeAuthority();
const approved = { type: "Approved", status: "True" };

/** What a signer does: approves the newest request that has no answer, with a certificate for `ms`. */
async function sign(
  { kube, clock }: { readonly kube: FakeKube; readonly clock: FakeClock },
  { ms, at = clock.now(), template = nodeTemplate({ nodeName: "edge-1" }) }: {
    readonly ms: number;
    readonly at?: number;
    readonly template?: ReturnType<typeof nodeTemplate>;
  },
): Promise<void> {
  const open = (await requestsOf(kube)).filter(({ status }) => status?.certificate === undefined);
  const request = open.at(-1);
  assert(request !== undefined, "there is a request to sign");
  const certificate = authority.issue(
    { ...template, serialNumber: 1n, notBefore: at, notAfter: at + ms },
    publicKeyOf(atob(request.spec.request)),
  );
  await answer({ kube, clock }, { conditions: [approved], certificate: btoa(certificate) });
}

/** Answers the newest request. */
async function answer(
  { kube, clock }: { readonly kube: FakeKube; readonly clock: FakeClock },
  status: SigningRequest["status"],
): Promise<void> {
  const request = (await requestsOf(kube)).at(-1);
  assert(request !== undefined, "there is a request to answer");
  kube.server.put(certificateSigningRequests, { ...request, status });
  await clock.advance(1);
}

Deno.test("a first certificate is asked for, waited for in plain words, saved and put to use", async () => {
  await using all = story();
  const { kube, clock, manager, store, installed } = all;
  await clock.advance(1);
  const [name] = await namesOf(kube);
  assert.deepEqual(manager.view(), {
    name: "client",
    expiresAt: null,
    problem:
      `waiting for the certificate request ${name} to be approved: kubectl certificate approve ${name}`,
  });
  await answer(all, { conditions: [approved] });
  assert.match(manager.view().problem, /is approved, waiting for the certificate to be issued/);
  const at = Math.floor(clock.now() / 1_000) * 1_000;
  await sign(all, { ms: 24 * hour, at });
  assert.deepEqual(manager.view(), { name: "client", expiresAt: at + 24 * hour, problem: "" });
  assert(manager.current() !== null);
  assert.deepEqual(store.pair, manager.current());
  assert.deepEqual(installed, [manager.current()]);
});

Deno.test("what is waited for is logged once, however long it takes", async () => {
  await using all = story();
  await all.clock.advance(hour);
  const waiting = all.log.records.filter(({ message }) => message === "Waiting for a certificate");
  assert.equal(waiting.length, 1);
  assert.equal((await namesOf(all.kube)).length, 1);
});

Deno.test("a certificate is replaced at 70 to 90 % of its life, with a new key", async () => {
  await using all = story({ random: fakeRandom(0.5) });
  const { kube, clock, manager } = all;
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  const first = manager.current();
  await clock.advance(8 * hour - minute);
  assert.equal((await namesOf(kube)).length, 1);
  await clock.advance(2 * minute);
  assert.equal((await namesOf(kube)).length, 2);
  assert.equal(manager.current(), first, "the old one is used until the new one is there");
  await sign(all, { ms: 10 * hour });
  assert.notEqual(manager.current()?.key, first?.key);
});

Deno.test("a certificate of a short life that was dated back is not asked for without a pause", async () => {
  await using all = story();
  const { kube, clock } = all;
  await clock.advance(1);
  // A minute of life after five that have gone, as the controller manager signs.
  await sign(all, { ms: 6 * minute, at: clock.now() - 5 * minute });
  await clock.advance(29_000);
  assert.equal((await namesOf(kube)).length, 1);
  await clock.advance(2_000);
  assert.equal((await namesOf(kube)).length, 2);
});

Deno.test("without rotation a certificate is used until it expires, then asked for again", async () => {
  await using all = story({ rotate: false });
  const { kube, clock } = all;
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  await clock.advance(10 * hour - 2 * minute);
  assert.equal((await namesOf(kube)).length, 1);
  await clock.advance(4 * minute);
  assert.equal((await namesOf(kube)).length, 2);
});

for (
  const [type, word] of [["Denied", "was denied"], ["Failed", "failed"]] as const
) {
  Deno.test(`a request that ${word} is told of, and made again later with another key`, async () => {
    await using all = story();
    const { kube, clock, manager, log } = all;
    await clock.advance(1);
    const [name] = await namesOf(kube);
    await answer(all, {
      conditions: [{ type, status: "True", reason: "Policy", message: "not here" }],
    });
    assert.equal(
      manager.view().problem,
      `the certificate request ${name} ${word}: Policy: not here; ` +
        "it will be asked for again, with another key",
    );
    assert.deepEqual(log.messages("error"), ["Certificate was refused"]);
    await clock.advance(minute - 1_000);
    assert.equal((await namesOf(kube)).length, 1);
    await clock.advance(2_000);
    assert.equal(new Set(await namesOf(kube)).size, 2);
    await sign(all, { ms: hour });
    assert.equal(manager.view().problem, "");
  });
}

Deno.test("after a restart the former request is found again", async () => {
  await using before = story();
  const { kube, store, clock } = before;
  await clock.advance(1);
  await using after = story({
    store,
    clock,
    requesters: () =>
      Promise.resolve([{
        credential: "bootstrap",
        signer: kubeSigner({ api: kube, clock }),
        remedy: "",
      }]),
  });
  await clock.advance(1);
  assert.equal((await namesOf(kube)).length, 1);
  await sign(before, { ms: hour });
  assert(after.manager.current() !== null);
});

Deno.test("a former request whose certificate has expired meanwhile is not used", async () => {
  await using all = story();
  const { kube, clock, store, manager } = all;
  await clock.advance(1);
  const key = await store.nextKey();
  await sign(all, { ms: hour, at: clock.now() - 2 * hour });
  assert(manager.current() !== null, "it was waited for, so it is taken as it is");
  await using next = story({
    store: { ...store, nextKey: () => Promise.resolve(key), giveUpKey: store.giveUpKey },
    clock,
    requesters: () =>
      Promise.resolve([{
        credential: "bootstrap",
        signer: kubeSigner({ api: kube, clock }),
        remedy: "",
      }]),
  });
  await clock.advance(1);
  assert.match(next.manager.view().problem, /its certificate has expired/);
});

Deno.test("a request that was deleted is made again", async () => {
  await using all = story();
  const { kube, clock, manager } = all;
  await clock.advance(1);
  const [name = ""] = await namesOf(kube);
  kube.server.remove({ resource: certificateSigningRequests, name });
  await clock.advance(2_000);
  assert.deepEqual(await namesOf(kube), [name]);
  await sign(all, { ms: hour });
  assert.equal(manager.view().problem, "");
});

Deno.test("while the API server is away the certificate in use stays, and the request is made once it is back", async () => {
  await using all = story();
  const { kube, clock, manager } = all;
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  const first = manager.current();
  kube.server.goDown();
  await clock.advance(9 * hour);
  assert.equal(manager.current(), first);
  assert.match(manager.view().problem, /cannot reach https:\/\/api.test:6443/);
  kube.server.comeBack();
  await clock.advance(minute);
  assert.equal((await namesOf(kube)).length, 2);
});

Deno.test("an answer that comes while the watch is broken is found", async () => {
  await using all = story();
  const { kube, clock, manager } = all;
  await clock.advance(1);
  const request = (await requestsOf(kube)).at(-1);
  kube.server.goDown("silent");
  await clock.advance(5 * minute);
  kube.server.comeBack();
  assert(request !== undefined);
  await sign(all, { ms: hour });
  await clock.advance(10 * minute);
  assert(manager.current() !== null);
});

Deno.test("a credential that is not accepted makes way for the next", async () => {
  const clock = fakeClock();
  const refused = fakeKube({ clock });
  refused.server.fail({ status: 401, times: 100 });
  const kube = fakeKube({ clock });
  await using all = story({
    clock,
    requesters: () =>
      Promise.resolve([{
        credential: "the certificate",
        signer: kubeSigner({ api: refused, clock }),
        remedy: "join again",
      }, {
        credential: "bootstrap",
        signer: kubeSigner({ api: kube, clock }),
        remedy: "",
      }]),
  });
  await clock.advance(1);
  assert.equal((await namesOf(kube)).length, 1);
  assert.deepEqual(all.log.records.find(({ level }) => level === "warn")?.fields, {
    certificate: "client",
    problem: "the certificate is not accepted (ordered by the test: 401): join again",
  });
  refused.close();
  kube.close();
});

Deno.test("without anybody to ask the reason is told, and asked for again", async () => {
  let why: Failed | null = new Failed("nobody to ask");
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  await using all = story({
    clock,
    requesters: () =>
      why === null
        ? Promise.resolve([{
          credential: "bootstrap",
          signer: kubeSigner({ api: kube, clock }),
          remedy: "",
        }])
        : Promise.reject(why),
  });
  await clock.advance(minute);
  assert.equal(all.manager.view().problem, "nobody to ask");
  assert.equal(all.log.messages("warn").length, 1);
  why = null;
  await clock.advance(minute);
  assert.equal((await namesOf(kube)).length, 1);
  kube.close();
});

Deno.test("a clock that jumps ahead makes one new certificate, and not one after another", async () => {
  await using all = story();
  const { kube, clock, manager } = all;
  await clock.advance(1);
  const real = clock.now();
  await sign(all, { ms: hour });
  clock.setWall(real + 365 * 24 * hour);
  await clock.advance(2 * minute);
  assert.equal((await namesOf(kube)).length, 2);
  await sign(all, { ms: hour, at: real + 2 * minute });
  assert(manager.current() !== null);
  await clock.advance(30 * minute);
  assert.equal((await namesOf(kube)).length, 2);
  await clock.advance(15 * minute);
  assert.equal(
    (await namesOf(kube)).length,
    3,
    "after 70 % of its life by the clock that cannot be set",
  );
});

Deno.test("a clock that is set back does not let a certificate expire", async () => {
  await using all = story();
  const { kube, clock } = all;
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  clock.setWall(clock.now() - 24 * hour);
  await clock.advance(7 * hour + minute);
  assert.equal((await namesOf(kube)).length, 2);
});

Deno.test("other addresses need another certificate; the request for the former ones is left", async () => {
  let ips = ["10.0.0.1"];
  const template = () => nodeTemplate({ nodeName: "edge-1", ips });
  await using all = story({ name: "serving", template });
  const { kube, clock, manager } = all;
  await clock.advance(1);
  ips = ["10.0.0.2"];
  manager.templateChanged();
  await clock.advance(1);
  assert.equal((await namesOf(kube)).length, 2);
  await sign(all, { ms: 10 * hour, template: template() });
  assert.equal(manager.view().problem, "");
  manager.templateChanged();
  await clock.advance(hour);
  assert.equal((await namesOf(kube)).length, 2, "nothing has changed");
  ips = ["10.0.0.3"];
  manager.templateChanged();
  await clock.advance(1);
  assert.equal((await namesOf(kube)).length, 3);
});

Deno.test("a certificate that lacks what was asked for is not asked for again at once", async () => {
  await using all = story({
    name: "serving",
    template: () => nodeTemplate({ nodeName: "edge-1", ips: ["10.0.0.1"] }),
  });
  const { kube, clock } = all;
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  await clock.advance(6 * hour);
  assert.equal((await namesOf(kube)).length, 1);
});

Deno.test("nothing is asked for while there is nothing to ask for", async () => {
  await using all = story({ template: () => null });
  await all.clock.advance(hour);
  assert.deepEqual(await namesOf(all.kube), []);
});

Deno.test("what cannot be put to use is tried again without another request", async () => {
  let failure: Failed | null = new Failed("no space for the kubeconfig");
  const clock = fakeClock();
  await using all = story({
    clock,
    install: () => failure === null ? Promise.resolve() : Promise.reject(failure),
  });
  await clock.advance(1);
  await sign(all, { ms: 10 * hour });
  assert.equal(all.manager.view().problem, "no space for the kubeconfig");
  failure = null;
  await clock.advance(minute);
  assert.equal(all.manager.view().problem, "");
  assert.equal((await namesOf(all.kube)).length, 1);
});

Deno.test("a full disk is waited out, and the request's answer is not lost", async () => {
  await using all = story();
  const { kube, clock, store, manager } = all;
  await clock.advance(1);
  store.failure = new Unavailable("no space left on device");
  await sign(all, { ms: 10 * hour });
  await clock.advance(minute);
  assert.equal(manager.view().problem, "no space left on device");
  store.failure = null;
  await clock.advance(minute);
  assert.deepEqual(store.pair, manager.current());
  assert(manager.current() !== null);
  assert.equal((await namesOf(kube)).length, 1);
});

Deno.test("a certificate for another key is refused", async () => {
  await using all = story();
  const { clock, manager } = all;
  await clock.advance(1);
  const other = publicKeyOf(
    atob(
      signingRequest({
        template: nodeTemplate({ nodeName: "edge-1" }),
        purpose: clientPurpose,
        key: privateKey(newKey()),
      }).spec.request,
    ),
  );
  const certificate = authority.issue(
    {
      ...nodeTemplate({ nodeName: "edge-1" }),
      serialNumber: 1n,
      notBefore: clock.now(),
      notAfter: clock.now() + hour,
    },
    other,
  );
  await answer(all, { conditions: [approved], certificate: btoa(certificate) });
  assert.equal(manager.current(), null);
  assert.match(manager.view().problem, /issued is for another key/);
});

Deno.test("failures to renew are counted, and how long a serving certificate lived", async () => {
  await using all = story({ name: "serving" });
  const { clock, kube, metrics } = all;
  const value = (name: string): number | undefined => metricValues(metrics).get(name);
  const errors = "kubelet_server_expiration_renew_errors";
  await clock.advance(1);
  assert.equal(value(errors), 0);
  await answer(all, { conditions: [{ type: "Denied", status: "True" }] });
  assert.equal(value(errors), 1);
  kube.server.goDown();
  await clock.advance(2 * minute);
  const away = value(errors) ?? 0;
  assert(away > 1, `${away} failures while the server was away`);
  kube.server.comeBack();
  await clock.advance(5 * minute);
  const age = "kubelet_certificate_manager_server_rotation_seconds";
  const first = Math.floor(clock.now() / 1_000) * 1_000;
  await sign(all, { ms: 24 * hour, at: first });
  assert.equal(value(`${age}_count`), 0);
  await clock.advance(23 * hour);
  await sign(all, { ms: 24 * hour });
  assert.equal(value(`${age}_count`), 1);
  assert.equal(Math.round(value(`${age}_sum`) ?? NaN), (23 * hour) / 1_000);
  assert.equal(value("kubelet_certificate_manager_client_expiration_renew_errors"), 0);
});
