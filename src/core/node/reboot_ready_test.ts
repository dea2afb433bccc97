/** What pods would lack after a power cut. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { rebootCondition } from "./reboot_condition.ts";
import { objectName, podReadiness, type RebootFacts, tokenName } from "./reboot_ready.ts";

const day = Date.UTC(2026, 11, 1);
const image = {
  id: "sha256:1",
  tags: ["docker.io/library/busybox:1"],
  digests: [],
  sizeBytes: 1,
  username: "",
  pinned: false,
};
const token = { serviceAccountToken: { path: "token", audience: "vault" } };

/** A pod that needs one of everything. */
const web = pod("web")
  .container("main", {
    image: "busybox:1",
    envFrom: [{ secretRef: { name: "keys" } }, { configMapRef: { name: "extra", optional: true } }],
  })
  .volume("conf", { configMap: { name: "conf" } })
  .volume("tokens", { projected: { sources: [token] } })
  .volume("data", { hostPath: { path: "/srv/data" } })
  .spec({ runtimeClassName: "wasm", imagePullSecrets: [{ name: "pull" }] })
  .build();
const { namespace, uid } = web.metadata;

const whole: RebootFacts = {
  storedPods: new Set([uid]),
  storedObjects: new Set([
    objectName({ kind: "Secret", namespace, name: "keys" }),
    objectName({ kind: "ConfigMap", namespace, name: "conf" }),
    objectName({ kind: "RuntimeClass", namespace: "", name: "wasm" }),
  ]),
  absentObjects: new Set([objectName({ kind: "ConfigMap", namespace, name: "extra" })]),
  hasServices: true,
  storedTokens: new Map([[tokenName({ podUid: uid, key: "3600 vault" }), day]]),
  images: [image],
  networkMounts: ["/mnt"],
  now: day - 1,
};

const without = (name: string): Partial<RebootFacts> => ({
  storedObjects: new Set([...whole.storedObjects].filter((each) => !each.endsWith(name))),
});

const cases: readonly [Partial<RebootFacts>, string][] = [
  [{}, ""],
  [{ storedPods: new Set() }, "the pod is not in the local store"],
  [{ images: [] }, 'image "busybox:1" is not there'],
  [without("keys"), 'Secret "keys" is not in the local store'],
  [without("conf"), 'ConfigMap "conf" is not in the local store'],
  [without("wasm"), 'RuntimeClass "wasm" is not in the local store'],
  [{ absentObjects: new Set() }, 'ConfigMap "extra" is not in the local store'],
  [{ hasServices: false }, "no service is in the local store"],
  [{ storedTokens: new Map() }, "its token for vault is not in the local store"],
  [{ networkMounts: ["/srv"] }, 'volume "data" needs the network: /srv is mounted over it'],
  [
    { networkMounts: ["/srv/data"] },
    'volume "data" needs the network: /srv/data is mounted over it',
  ],
  [{ networkMounts: ["/srv/dat"] }, ""],
  [{ storedPods: new Set(), images: [] }, "the pod is not in the local store"],
];
for (const [facts, missing] of cases) {
  Deno.test(`reboot: ${missing || "all is there"}`, () => {
    assert.equal(podReadiness(web, { ...whole, ...facts }).missing, missing);
  });
}

Deno.test("reboot: a token that expires, or has, is said and keeps no pod away", () => {
  const expires = podReadiness(web, whole);
  assert.equal(expires.warning, "its token for vault expires on 2026-12-01T00:00:00Z");
  const expired = podReadiness(web, { ...whole, now: day });
  assert.equal(expired.warning, "its token for vault has expired on 2026-12-01T00:00:00Z");
  assert.equal(expired.missing, "");
});

Deno.test("reboot: the Node's condition counts and names the pods", () => {
  const lost = ["a", "b", "c", "d"].map((name) => ({
    namespace: "default",
    name,
    missing: "the pod is not in the local store",
    warning: "",
  }));
  assert.equal(rebootCondition(null).length, 0);
  assert.equal(rebootCondition([])[0]?.said?.status, "True");
  assert.equal(rebootCondition({ problem: "no runtime" })[0]?.said?.status, "Unknown");
  assert.equal(
    rebootCondition(lost.slice(0, 1))[0]?.said?.message,
    "1 pod would not come back after a power cut without a link: " +
      "default/a (the pod is not in the local store)",
  );
  assert.match(rebootCondition(lost)[0]?.said?.message ?? "", /^4 pods .* and 1 more$/);
});
