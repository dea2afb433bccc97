/** What an API server's client must do, and the server behind it. */
import assert from "node:assert/strict";
import {
  configMaps,
  type KubeObject,
  namespaces,
  nodes,
  type ObjectRef,
  pods,
  serviceAccounts,
} from "../../src/core/kube/resource.ts";
import { Conflict, Invalid, NotFound } from "../../src/ports/errors.ts";
import type { KubeApi, ListQuery } from "../../src/ports/kube_api.ts";
import { followReader } from "../fakes/kube_reader.ts";

/** A client that may do everything, in a namespace of its own that has the service account `default`. */
export interface KubeApiSubject extends AsyncDisposable {
  readonly kube: KubeApi;
  readonly namespace: string;
  /** The server ends all watches and connections, as one that restarts. */
  restart(): Promise<void>;
}

interface Labelled extends KubeObject {
  readonly metadata: NonNullable<KubeObject["metadata"]> & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly nodeName?: string; readonly taints?: readonly unknown[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly images?: readonly unknown[];
    readonly token?: string;
    readonly expirationTimestamp?: string;
  };
}

export interface KubeApiCase {
  readonly what: string;
  readonly run: (subject: KubeApiSubject) => Promise<void>;
}

/** One test for each case. */
export function kubeApiSuite(name: string, open: () => Promise<KubeApiSubject>): void {
  for (const { what, run } of kubeApiCases()) {
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await run(subject);
    });
  }
}

/** For who must share a server among them. */
export function kubeApiCases(): readonly KubeApiCase[] {
  const cases: KubeApiCase[] = [];
  const test = (what: string, run: KubeApiCase["run"]): void => void cases.push({ what, run });

  test("an object is made, read, changed and deleted", async ({ kube, namespace }) => {
    const ref = { resource: configMaps, namespace, name: "one" };
    const made = await kube.create<Labelled>(ref, configMap("one", { a: "1" }));
    assert.equal(made.metadata.namespace, namespace);
    assert.notEqual(made.metadata.uid ?? "", "");
    const got = await kube.get<Labelled>(ref);
    assert.deepEqual(got, made);
    const changed = await kube.replace<Labelled>(ref, { ...got, data: { a: "2" } });
    assert.equal(changed.metadata.uid, made.metadata.uid);
    assert.notEqual(changed.metadata.resourceVersion, made.metadata.resourceVersion);
    await kube.delete(ref);
    await assert.rejects(kube.get(ref), NotFound);
    await assert.rejects(kube.delete(ref), NotFound);
  });

  test("what exists, has changed or is another one gives Conflict", async ({ kube, namespace }) => {
    const ref = { resource: configMaps, namespace, name: "one" };
    const first = await kube.create<Labelled>(ref, configMap("one", {}));
    await assert.rejects(kube.create(ref, configMap("one", {})), Conflict);
    await kube.replace(ref, { ...first, data: { a: "1" } });
    await assert.rejects(kube.replace(ref, { ...first, data: { a: "2" } }), Conflict);
    const { uid: _uid, ...metadata } = first.metadata;
    const other = { ...first, metadata: { ...metadata, resourceVersion: "", uid: "another" } };
    await assert.rejects(kube.replace(ref, other), Conflict);
    await assert.rejects(kube.delete(ref, { uid: "another" }), Conflict);
    await kube.delete(ref, { uid: first.metadata.uid ?? "" });
  });

  test("a patch may say which object it is for", async ({ kube, namespace }) => {
    const ref = podRef(namespace, "web");
    const made = await kube.create<Labelled>(ref, pod("web"));
    const patch = (metadata: object) =>
      kube.patch<Labelled>(statusOf(ref), {
        kind: "strategic",
        body: { metadata, status: { phase: "Running" } },
      });
    await assert.rejects(patch({ uid: "another" }), Invalid);
    await assert.rejects(patch({ resourceVersion: "1" }), Conflict);
    const { uid, resourceVersion } = made.metadata;
    assert.equal((await patch({ uid, resourceVersion })).status?.phase, "Running");
  });

  test("a name is made up from generateName", async ({ kube, namespace }) => {
    const ref = { resource: configMaps, namespace, name: "" };
    const made = await kube.create<Labelled>(ref, {
      ...configMap("", {}),
      metadata: { generateName: "made-" },
    });
    assert.match(made.metadata.name ?? "", /^made-.+/);
  });

  test("merge patches set and remove", async ({ kube, namespace }) => {
    const ref = { resource: configMaps, namespace, name: "one" };
    await kube.create(ref, configMap("one", { a: "1", b: "2" }));
    const body = { data: { a: null, c: "3" } };
    const patched = await kube.patch<Labelled>(ref, { kind: "merge", body });
    assert.deepEqual(patched.data, { b: "2", c: "3" });
    const same = await kube.patch<Labelled>(ref, { kind: "merge", body });
    assert.equal(same.metadata.resourceVersion, patched.metadata.resourceVersion);
  });

  test("a pod's status has a path of its own", async ({ kube, namespace }) => {
    const ref = podRef(namespace, "web");
    const made = await kube.create<Labelled>(ref, { ...pod("web"), status: { phase: "Failed" } });
    assert.equal(made.status?.phase, "Pending");
    assert.equal(made.metadata.generation, 1);
    const body = { status: { phase: "Running" }, metadata: { labels: { seen: "yes" } } };
    const main = await kube.patch<Labelled>(ref, { kind: "strategic", body });
    assert.equal(main.status?.phase, "Pending");
    assert.equal(main.metadata.labels?.["seen"], "yes");
    const status = await kube.patch<Labelled>(statusOf(ref), {
      kind: "strategic",
      body: { status: { phase: "Running" }, spec: { nodeName: "elsewhere" } },
    });
    assert.equal(status.status?.phase, "Running");
    assert.notEqual(status.spec?.nodeName, "elsewhere");
    assert.equal(status.metadata.generation, 1);
  });

  test("strategic patches merge conditions by type and addresses by ip", async (subject) => {
    const { kube, namespace } = subject;
    const ref = podRef(namespace, "web");
    await kube.create(ref, pod("web"));
    const patch = (status: unknown) =>
      kube.patch<Labelled>(statusOf(ref), { kind: "strategic", body: { status } });
    await patch({ conditions: [condition("Ready", "False"), condition("Other", "True")] });
    await patch({ conditions: [condition("Ready", "True")], podIPs: [{ ip: "10.0.0.1" }] });
    const stuck = await patch({
      podIPs: [{ ip: "10.0.0.2" }, { $patch: "delete", ip: "10.0.0.1" }],
    });
    assert.deepEqual(stuck.status?.podIPs, [{ ip: "10.0.0.1" }], "podIP counts");
    const after = await patch({
      podIP: "10.0.0.2",
      conditions: [{ $patch: "delete", type: "Other" }],
      "$setElementOrder/conditions": [{ type: "Ready" }],
      "$setElementOrder/podIPs": [{ ip: "10.0.0.2" }],
      podIPs: [{ ip: "10.0.0.2" }, { $patch: "delete", ip: "10.0.0.1" }],
    });
    assert.deepEqual(after.status?.conditions?.map(({ type, status }) => [type, status]), [
      ["Ready", "True"],
    ]);
    assert.deepEqual(after.status?.podIPs, [{ ip: "10.0.0.2" }]);
  });

  test("strategic patches replace a node's taints and images", async ({ kube, namespace }) => {
    const ref = { resource: nodes, name: `node-${namespace}` };
    const first = [{ key: "a", effect: "NoSchedule" }, { key: "b", effect: "NoSchedule" }];
    await kube.create(ref, {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: ref.name },
      spec: { taints: first },
    });
    const taints = [{ key: "c", effect: "NoExecute" }];
    const node = await kube.patch<Labelled>(ref, { kind: "strategic", body: { spec: { taints } } });
    assert.deepEqual(node.spec?.taints?.map((taint) => Object(taint).key), ["c"]);
    const image = (name: string) => ({ names: [name], sizeBytes: 1 });
    const write = (status: unknown) =>
      kube.patch<Labelled>(statusOf(ref), { kind: "strategic", body: { status } });
    await write({ images: [image("one"), image("two")] });
    const after = await write({ images: [image("three")] });
    assert.deepEqual(after.status?.images, [image("three")]);
    await kube.delete(ref);
  });

  test("a pod on a node is deleted in two steps", async ({ kube, namespace }) => {
    const ref = podRef(namespace, "web");
    const made = await kube.create<Labelled>(ref, pod("web", { nodeName: "far-away" }));
    await kube.delete(ref, { gracePeriodSeconds: 20 });
    const dying = await kube.get<Labelled>(ref);
    assert.equal(dying.metadata.deletionGracePeriodSeconds, 20);
    assert.notEqual(dying.metadata.deletionTimestamp, undefined);
    assert.equal(dying.metadata.generation, 2);
    await assert.rejects(kube.delete(ref, { gracePeriodSeconds: 0, uid: "another" }), Conflict);
    await kube.delete(ref, { gracePeriodSeconds: 0, uid: made.metadata.uid ?? "" });
    await assert.rejects(kube.get(ref), NotFound);
  });

  test("lists know fields and labels", async ({ kube, namespace }) => {
    await kube.create(podRef(namespace, "a"), pod("a", { nodeName: "far-away" }));
    await kube.create(podRef(namespace, "b"), pod("b"));
    const names = async (query: Partial<ListQuery>) => {
      const list = await kube.list<Labelled>({ resource: pods, namespace, ...query });
      return list.items.map(({ metadata }) => metadata.name);
    };
    assert.deepEqual(await names({}), ["a", "b"]);
    assert.deepEqual(await names({ fieldSelector: "spec.nodeName=far-away" }), ["a"]);
    assert.deepEqual(await names({ fieldSelector: "metadata.name=b" }), ["b"]);
    assert.deepEqual(await names({ labelSelector: "app=b" }), ["b"]);
    const [first] = (await kube.list<Labelled>({ resource: pods, namespace })).items;
    assert.deepEqual([first?.apiVersion, first?.kind], ["v1", "Pod"]);
  });

  test("a service account gets a token", async ({ kube, namespace }) => {
    const ref = { resource: serviceAccounts, namespace, name: "default", subresource: "token" };
    const { status } = await kube.create<Labelled>(ref, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: ["somebody"], expirationSeconds: 3_600 },
    });
    const claims = status?.token?.split(".")[1] ?? "";
    const { aud, sub } = JSON.parse(
      new TextDecoder().decode(Uint8Array.fromBase64(claims, { alphabet: "base64url" })),
    );
    assert.deepEqual(aud, ["somebody"]);
    assert.equal(sub, `system:serviceaccount:${namespace}:default`);
    assert.ok(Date.parse(status?.expirationTimestamp ?? "") > 0);
    await assert.rejects(
      kube.create({ ...ref, name: "nobody" }, {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {},
      }),
      NotFound,
    );
  });

  test("what is followed shows objects come, change and go", async ({ kube, namespace }) => {
    await kube.create(mapRef(namespace, "a"), configMap("a", {}));
    await using reader = followReader<Labelled>(kube, own(namespace));
    const first = await reader.until(hasOnly("a"));
    assert.equal(first.available, true);
    await kube.create(mapRef(namespace, "b"), configMap("b", {}));
    const both = await reader.until(hasOnly("a", "b"));
    assert.equal(both.items[0], first.items[0]);
    await kube.patch(mapRef(namespace, "a"), { kind: "merge", body: { data: { x: "1" } } });
    await reader.until(({ items }) => items[0]?.data?.["x"] === "1");
    await kube.delete(mapRef(namespace, "a"));
    await reader.until(hasOnly("b"));
    assert.ok(reader.all.every(({ available }) => available));
  });

  test("an object that no longer fits the selector is gone, and back when it fits", async (subject) => {
    const { kube, namespace } = subject;
    await kube.create(mapRef(namespace, "a"), configMap("a", {}));
    const query = { ...own(namespace), labelSelector: "app=a" };
    await using reader = followReader<Labelled>(kube, query);
    await reader.until(hasOnly("a"));
    const label = (app: string) =>
      kube.patch(mapRef(namespace, "a"), {
        kind: "merge",
        body: { metadata: { labels: { app } } },
      });
    await label("other");
    await reader.until(hasOnly());
    await label("a");
    await reader.until(hasOnly("a"));
  });

  test("what is followed goes on when the server was away", async (subject) => {
    const { kube, namespace } = subject;
    await kube.create(mapRef(namespace, "a"), configMap("a", {}));
    await using reader = followReader<Labelled>(kube, own(namespace));
    await reader.until(hasOnly("a"));
    await subject.restart();
    await kube.create(mapRef(namespace, "b"), configMap("b", {}));
    await reader.until(hasOnly("a", "b"));
    assert.ok(reader.all.every((followed) => namesIn(followed).includes("a")));
  });

  test("a reader that is stopped ends, wherever it stands", async ({ kube, namespace }) => {
    const query = own(namespace);
    for await (const _ of kube.follow(query, AbortSignal.abort())) assert.fail("an answer");
    const stop = new AbortController();
    const reader = kube.follow(query, stop.signal)[Symbol.asyncIterator]();
    await reader.next();
    const waiting = reader.next();
    stop.abort();
    assert.equal((await waiting).done, true);
    for await (const _ of kube.follow(query, new AbortController().signal)) break;
  });

  test("namespaces are no one's", async ({ kube, namespace }) => {
    const found = await kube.get<Labelled>({ resource: namespaces, name: namespace });
    assert.equal(found.metadata.name, namespace);
    assert.equal(found.status?.phase, "Active");
  });

  return cases;
}

/** The config maps that the tests make: those of the cluster are left out. */
function own(namespace: string): ListQuery {
  return { resource: configMaps, namespace, labelSelector: "app" };
}

function namesIn({ items }: { readonly items: readonly KubeObject[] }): readonly string[] {
  return items.map(({ metadata }) => metadata?.name ?? "").sort();
}

function hasOnly(...expected: readonly string[]): (followed: {
  readonly items: readonly KubeObject[];
}) => boolean {
  return (followed) => namesIn(followed).join() === expected.join();
}

function mapRef(namespace: string, name: string): ObjectRef {
  return { resource: configMaps, namespace, name };
}

function podRef(namespace: string, name: string): ObjectRef {
  return { resource: pods, namespace, name };
}

function statusOf(ref: ObjectRef): ObjectRef {
  return { ...ref, subresource: "status" };
}

function configMap(name: string, data: Readonly<Record<string, string>>): KubeObject & object {
  const metadata = { ...(name !== "" && { name, labels: { app: name } }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, ...{ data } };
}

function pod(name: string, spec: { readonly nodeName?: string } = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    // No scheduler has a say in these.
    spec: { schedulerName: "nobody", ...spec, containers: [{ name: "main", image: "busybox:1" }] },
  };
}

function condition(type: string, status: string): object {
  return { type, status, lastTransitionTime: "2026-01-01T00:00:00Z" };
}
