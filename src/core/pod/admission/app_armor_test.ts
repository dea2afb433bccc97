/** Pods that ask for AppArmor, on nodes with and without it. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import { refusedForAppArmor } from "./app_armor.ts";

const web = pod("web");
const annotation = "container.apparmor.security.beta.kubernetes.io/main";
const missing = "AppArmor is not enabled on the host";

function onContainer(type: string, localhostProfile?: string): PodBuilder {
  const name = localhostProfile === undefined ? {} : { localhostProfile };
  return web.container("main", { securityContext: { appArmorProfile: { type, ...name } } });
}

const cases: readonly [
  about: string,
  pod: PodBuilder,
  /** Why it is refused with and without AppArmor on the node. */
  expected: { readonly enabled: string | null; readonly disabled: string | null },
][] = [
  ["nothing", web, { enabled: null, disabled: null }],
  ["no confinement", onContainer("Unconfined"), { enabled: null, disabled: null }],
  ["no confinement by annotation", web.annotations({ [annotation]: "unconfined" }), {
    enabled: null,
    disabled: null,
  }],
  ["the runtime's profile", onContainer("RuntimeDefault"), { enabled: null, disabled: missing }],
  [
    "the runtime's profile for the pod",
    web.spec({ securityContext: { appArmorProfile: { type: "RuntimeDefault" } } }),
    { enabled: null, disabled: missing },
  ],
  ["a profile by annotation", web.annotations({ [annotation]: "localhost/mine" }), {
    enabled: null,
    disabled: missing,
  }],
  ["a profile", onContainer("Localhost", "mine"), { enabled: null, disabled: missing }],
  ["a profile without a name", onContainer("Localhost", " "), {
    enabled: 'invalid empty AppArmor profile name: "&AppArmorProfile{Type:Localhost,' +
      'LocalhostProfile:* ,}"',
    disabled: missing,
  }],
  ["a profile that is not named", onContainer("Localhost"), {
    enabled: 'invalid empty AppArmor profile name: "&AppArmorProfile{Type:Localhost,' +
      'LocalhostProfile:nil,}"',
    disabled: missing,
  }],
];

for (const [about, builder, { enabled, disabled }] of cases) {
  Deno.test(`AppArmor: a pod that asks for ${about}`, () => {
    const refusal = (why: string | null) =>
      why === null ? null : { reason: "AppArmor", message: `Cannot enforce AppArmor: ${why}` };
    const built = builder.build();
    assert.deepEqual(refusedForAppArmor(built, { appArmor: true }), refusal(enabled));
    assert.deepEqual(refusedForAppArmor(built, { appArmor: false }), refusal(disabled));
  });
}
