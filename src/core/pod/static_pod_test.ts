/** What makes a static pod the same pod, and what makes it another. */
import assert from "node:assert/strict";
import type { Pod } from "../k8s.ts";
import type { PodManifest } from "./manifest.ts";
import { isSamePod, type ManifestOrigin, type StaticPod, staticPod } from "./static_pod.ts";
import { withDefaults } from "./defaults.ts";

const origin: ManifestOrigin = { path: "/manifests/web.yaml", nodeName: "node", seenAt: 0 };

const manifest: PodManifest = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", labels: { app: "web" }, annotations: { note: "one" } },
  spec: {
    hostNetwork: false,
    terminationGracePeriodSeconds: 30,
    containers: [{
      name: "main",
      image: "busybox:1",
      args: ["a", "b"],
      env: [{ name: "A", value: "1" }],
      ports: [{ containerPort: 80 }],
    }, { name: "side", image: "busybox:2" }],
    volumes: [{ name: "data", emptyDir: {} }],
  },
};

function build(from: PodManifest, at: Partial<ManifestOrigin> = {}): StaticPod {
  return staticPod({ manifest: from, name: "web", origin: { ...origin, ...at } });
}

function complete(from: PodManifest, at: Partial<ManifestOrigin> = {}): Pod {
  const made = build(from, at);
  return { ...made, spec: withDefaults(made).spec };
}

/** Every value that differs from the given one in one place: a leaf changed, a field or an item dropped or added. */
function* mutations(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    yield [...value, "more"];
    if (value.length > 1) yield value.toReversed();
    for (const [at, item] of value.entries()) {
      yield value.toSpliced(at, 1);
      for (const changed of mutations(item)) yield value.with(at, changed);
    }
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, added: "x" };
    for (const [key, field] of Object.entries(value)) {
      const { [key]: _dropped, ...rest } = { ...value } as Record<string, unknown>;
      yield rest;
      for (const changed of mutations(field)) yield { ...value, [key]: changed };
    }
  } else if (typeof value === "number") yield value + 1;
  else if (typeof value === "boolean") yield !value;
  else yield `${value}x`;
}

Deno.test("any change of the content gives another UID", () => {
  const seen = new Set([build(manifest).metadata.uid]);
  let count = 1;
  for (const part of ["metadata", "spec"] as const) {
    for (const changed of mutations(manifest[part])) {
      seen.add(build({ ...manifest, [part]: changed }).metadata.uid);
      count += 1;
    }
  }
  assert.ok(count > 60);
  assert.equal(seen.size, count);
});

Deno.test("the file and the node are part of the UID, the time is not", () => {
  const { uid } = build(manifest).metadata;
  assert.notEqual(build(manifest, { path: "/manifests/other.yaml" }).metadata.uid, uid);
  assert.notEqual(build(manifest, { nodeName: "other" }).metadata.uid, uid);
  assert.equal(build(manifest, { seenAt: 5_000 }).metadata.uid, uid);
});

Deno.test("the UID of a manifest that was seen once never changes with a release", () => {
  assert.equal(build(manifest).metadata.uid, "2063269bb548b3ee6ef2fde72196fa5f");
});

Deno.test("a UID and a namespace that the manifest gives are kept", () => {
  const named = { ...manifest.metadata, uid: "abc-1", namespace: "edge" };
  const { metadata } = build({ ...manifest, metadata: named });
  assert.equal(metadata.uid, "abc-1");
  assert.equal(metadata.namespace, "edge");
  assert.equal(metadata.annotations?.["kubernetes.io/config.hash"], "abc-1");
  assert.equal(metadata.annotations?.["note"], "one");
});

Deno.test("a pod tolerates NoExecute once, however often it says so itself", () => {
  const toleration = { key: "", operator: "Exists", effect: "NoExecute" };
  const tolerations = [{ key: "a", operator: "Exists", effect: "NoExecute" }];
  const with1 = build({ ...manifest, spec: { ...manifest.spec, tolerations } });
  assert.equal(with1.spec.tolerations?.length, 2);
  const with2 = build({ ...manifest, spec: { ...manifest.spec, tolerations: [toleration] } });
  assert.deepEqual(with2.spec.tolerations, [toleration]);
});

Deno.test("two readings are the same pod when only the time differs", () => {
  assert.ok(isSamePod(complete(manifest), complete(manifest, { seenAt: 9_000 })));
  assert.ok(!isSamePod(complete(manifest), complete(manifest, { nodeName: "other" })));
});

Deno.test("a changed pod that keeps its own UID is another reading", () => {
  const metadata = { ...manifest.metadata, uid: "fixed" };
  const spec = { ...manifest.spec, hostNetwork: true };
  assert.ok(
    !isSamePod(complete({ ...manifest, metadata }), complete({ ...manifest, metadata, spec })),
  );
});
