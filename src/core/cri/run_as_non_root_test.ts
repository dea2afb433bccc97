/** Who may run where root may not. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Container, PodSpec } from "../k8s.ts";
import { rootRefusal } from "./run_as_non_root.ts";

const where = '(pod: "web_default(web-uid)", container: main)';

const cases: readonly {
  readonly ofPod?: NonNullable<PodSpec["securityContext"]>;
  readonly own?: NonNullable<Container["securityContext"]>;
  readonly image?: { readonly uid?: number; readonly username?: string };
  readonly expected: string | null;
}[] = [
  { expected: null },
  { own: { runAsNonRoot: false }, expected: null },
  {
    own: { runAsNonRoot: true },
    expected: "container has runAsNonRoot and image will run as root",
  },
  {
    ofPod: { runAsNonRoot: true },
    image: { uid: 0 },
    expected: "container has runAsNonRoot and image will run as root",
  },
  { ofPod: { runAsNonRoot: true }, own: { runAsNonRoot: false }, expected: null },
  { ofPod: { runAsNonRoot: true }, image: { uid: 1000 }, expected: null },
  { ofPod: { runAsNonRoot: true, runAsUser: 1000 }, image: { username: "app" }, expected: null },
  {
    ofPod: { runAsNonRoot: true, runAsUser: 1000 },
    own: { runAsUser: 0 },
    expected: "container's runAsUser breaks non-root policy",
  },
  {
    own: { runAsNonRoot: true },
    image: { username: "app" },
    expected: "container has runAsNonRoot and image has non-numeric user (app), cannot verify " +
      "user is non-root",
  },
  {
    own: { runAsNonRoot: true },
    image: { uid: 2 ** 32 },
    expected: "container has runAsNonRoot and image has an invalid user id (4294967296). " +
      "(Must be 1-(2147483647)): must be between 0 and 2147483647, inclusive",
  },
];

for (const { ofPod = {}, own = {}, image = {}, expected } of cases) {
  Deno.test(`as root or not: ${JSON.stringify({ ofPod, own, image })}`, () => {
    const built = pod("web").spec({ securityContext: ofPod })
      .container("main", { securityContext: own }).build();
    const [container = assert.fail()] = built.spec.containers;
    assert.equal(
      rootRefusal({ pod: built, container, image: { username: "", ...image } }),
      expected === null ? null : `${expected} ${where}`,
    );
  });
}
