/** The policy for a container's groups, on runtimes with and without it. */
import assert from "node:assert/strict";
import { pod } from "../../../../tests/fakes/pods.ts";
import { refusedForGroups } from "./supplemental_groups.ts";

const cases = [
  { policy: undefined, supported: false, refused: false },
  { policy: "Merge", supported: false, refused: false },
  { policy: "Strict", supported: true, refused: false },
  { policy: "Strict", supported: false, refused: true },
  { policy: "Strict", supported: null, refused: false },
];

for (const { policy, supported, refused } of cases) {
  Deno.test(`group policy ${policy}, known to the runtime: ${supported}`, () => {
    const supplementalGroupsPolicy = policy === undefined
      ? {}
      : { supplementalGroupsPolicy: policy };
    const built = pod("web").spec({ securityContext: supplementalGroupsPolicy }).build();
    assert.deepEqual(
      refusedForGroups(built, { supplementalGroupsPolicy: supported }),
      refused
        ? {
          reason: "SupplementalGroupsPolicyNotSupported",
          message: "SupplementalGroupsPolicy=Strict is not supported in this node",
        }
        : null,
    );
  });
}
