/** Which seccomp profile a container gets. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { seccompProfile } from "./seccomp.ts";
import type { SecurityProfile } from "./types.ts";

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const cases: readonly {
  readonly ofPod?: Profile;
  readonly own?: Profile;
  readonly seccompDefault?: boolean;
  readonly expected: SecurityProfile;
}[] = [
  { expected: { type: "Unconfined" } },
  { seccompDefault: true, expected: { type: "RuntimeDefault" } },
  { ofPod: { type: "RuntimeDefault" }, expected: { type: "RuntimeDefault" } },
  { ofPod: { type: "Unconfined" }, seccompDefault: true, expected: { type: "Unconfined" } },
  {
    ofPod: { type: "RuntimeDefault" },
    own: { type: "Unconfined" },
    expected: { type: "Unconfined" },
  },
  {
    own: { type: "Localhost", localhostProfile: "profiles/audit.json" },
    expected: {
      type: "Localhost",
      localhostRef: "/var/lib/skerry/seccomp/profiles/audit.json",
    },
  },
];

for (const { ofPod, own, seccompDefault = false, expected } of cases) {
  Deno.test(`seccomp: ${JSON.stringify({ ofPod, own, seccompDefault })}`, () => {
    const built = pod("web")
      .spec({ securityContext: ofPod === undefined ? {} : { seccompProfile: ofPod } })
      .container("main", own === undefined ? {} : { securityContext: { seccompProfile: own } })
      .build();
    const [container = assert.fail()] = built.spec.containers;
    const found = seccompProfile(built, container, node({ seccompDefault }));
    assert.deepEqual(found, { ok: true, value: expected });
  });
}
