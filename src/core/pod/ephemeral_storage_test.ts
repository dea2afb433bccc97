/** When pods have outgrown their share of the disk. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { type DiskEviction, diskLimitExceeded, hasDiskLimit } from "./ephemeral_storage.ts";

function limited(limit: string) {
  return { resources: { limits: { "ephemeral-storage": limit } } };
}

const two = pod("web").container("a", limited("1Ki")).container("b", limited("2Ki"));
const whole = (limit: string): DiskEviction => ({
  signal: "ephemeralpodfs.limit",
  reason: "Evicted",
  message: `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `,
});
const one = (name: string, limit: string): DiskEviction => ({
  signal: "ephemeralcontainerfs.limit",
  reason: "Evicted",
  message: `Container ${name} exceeded its local ephemeral storage limit "${limit}". `,
});

const cases: readonly {
  readonly about: string;
  readonly pod: PodBuilder;
  readonly used: Readonly<Record<string, number>>;
  readonly emptyDirs?: number;
  readonly expected: DiskEviction | null;
}[] = [
  { about: "all full", pod: two, used: { a: 1024, b: 2048 }, expected: null },
  { about: "one beyond its own", pod: two, used: { a: 1025, b: 0 }, expected: one("a", "1Ki") },
  {
    about: "volumes on top",
    pod: two,
    used: { a: 1024, b: 2000 },
    emptyDirs: 49,
    expected: whole("3Ki"),
  },
  {
    about: "one without a limit of its own counts to the pod's",
    pod: pod("web").container("a", limited("1Ki")).container("b"),
    used: { a: 1, b: 1024 },
    expected: whole("1Ki"),
  },
  {
    about: "a sidecar",
    pod: pod("web").sidecar("s", limited("1Ki")).container("a", limited("1Ki")),
    used: { s: 1025 },
    expected: one("s", "1Ki"),
  },
  {
    about: "an init container has the pod's limit alone",
    pod: pod("web").initContainer("i", limited("1Ki")).container("a", limited("4Ki")),
    used: { i: 2048 },
    expected: null,
  },
  { about: "no limit at all", pod: pod("web"), used: { main: 1e12 }, expected: null },
];

for (const { about, pod, used, emptyDirs = 0, expected } of cases) {
  Deno.test(`the disk's limits: ${about}`, () => {
    const use = { containers: new Map(Object.entries(used)), emptyDirs };
    assert.deepEqual(diskLimitExceeded(pod.build(), use), expected);
  });
}

Deno.test("only pods with a limit are measured", () => {
  assert.equal(hasDiskLimit(two.build()), true);
  assert.equal(hasDiskLimit(pod("web").container("main", limited("0")).build()), false);
  assert.equal(hasDiskLimit(pod("web").build()), false);
});
