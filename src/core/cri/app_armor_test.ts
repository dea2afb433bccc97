/** Which AppArmor profile a container gets: its own, its annotation's or its pod's. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { runtimeAppArmor } from "./app_armor.ts";
import type { SecurityProfile } from "./types.ts";

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const cases: readonly {
  readonly ofPod?: Profile;
  readonly annotation?: string;
  readonly own?: Profile;
  readonly expected: SecurityProfile | undefined;
}[] = [
  { expected: undefined },
  { ofPod: { type: "RuntimeDefault" }, expected: { type: "RuntimeDefault" } },
  {
    ofPod: { type: "RuntimeDefault" },
    annotation: "localhost/mine",
    expected: { type: "Localhost", localhostRef: "mine" },
  },
  {
    annotation: "localhost/mine",
    own: { type: "Unconfined" },
    expected: { type: "Unconfined" },
  },
  { annotation: "runtime/default", expected: { type: "RuntimeDefault" } },
  { annotation: "unconfined", expected: { type: "Unconfined" } },
  { annotation: "no such form", ofPod: { type: "Unconfined" }, expected: { type: "Unconfined" } },
  {
    own: { type: "Localhost", localhostProfile: "mine" },
    expected: { type: "Localhost", localhostRef: "mine" },
  },
];

for (const { ofPod, annotation, own, expected } of cases) {
  Deno.test(`AppArmor: ${JSON.stringify({ ofPod, annotation, own })}`, () => {
    const key = "container.apparmor.security.beta.kubernetes.io/main";
    const built = pod("web")
      .annotations(annotation === undefined ? {} : { [key]: annotation })
      .spec({ securityContext: ofPod === undefined ? {} : { appArmorProfile: ofPod } })
      .container("main", own === undefined ? {} : { securityContext: { appArmorProfile: own } })
      .build();
    const [container = assert.fail()] = built.spec.containers;
    assert.deepEqual(runtimeAppArmor(built, container), { ok: true, value: expected });
  });
}
