/** Pods' names on their own network. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { PodSpec } from "../k8s.ts";
import { kernelHostname, podHostname } from "./hostname.ts";

interface Case {
  readonly title: string;
  readonly name: string;
  readonly spec?: Partial<PodSpec>;
  readonly hostname: string;
  readonly domain?: string;
  readonly kernel: string;
}

const cases: readonly Case[] = [
  { title: "the pod's name", name: "web", hostname: "web", kernel: "web" },
  {
    title: "the spec's hostname",
    name: "web",
    spec: { hostname: "front" },
    hostname: "front",
    kernel: "front",
  },
  {
    title: "a long name, cut to a DNS label",
    name: "n".repeat(70),
    hostname: "n".repeat(63),
    kernel: "n".repeat(63),
  },
  {
    title: "a cut that would leave a dash or dot at the end",
    name: `${"n".repeat(61)}-.web`,
    hostname: "n".repeat(61),
    kernel: "n".repeat(61),
  },
  {
    title: "a name of just 63 characters",
    name: "n".repeat(63),
    hostname: "n".repeat(63),
    kernel: "n".repeat(63),
  },
  {
    title: "a subdomain",
    name: "web",
    spec: { subdomain: "shop" },
    hostname: "web",
    domain: "shop.default.svc.cluster.local",
    kernel: "web",
  },
  {
    title: "setHostnameAsFQDN with a subdomain",
    name: "web",
    spec: { subdomain: "shop", setHostnameAsFQDN: true },
    hostname: "web",
    domain: "shop.default.svc.cluster.local",
    kernel: "web.shop.default.svc.cluster.local",
  },
  {
    title: "setHostnameAsFQDN without a subdomain",
    name: "web",
    spec: { setHostnameAsFQDN: true },
    hostname: "web",
    kernel: "web",
  },
  {
    title: "another name as a whole, whatever else is said",
    name: "web",
    spec: { hostname: "front", subdomain: "shop", hostnameOverride: "db.example.org" },
    hostname: "db.example.org",
    kernel: "db.example.org",
  },
  {
    title: "the host's network: the node's name holds",
    name: "web",
    spec: { hostNetwork: true, hostname: "front", subdomain: "shop", setHostnameAsFQDN: true },
    hostname: "front",
    domain: "shop.default.svc.cluster.local",
    kernel: "",
  },
];

for (const { title, name, spec = {}, hostname, domain = "", kernel } of cases) {
  Deno.test(title, () => {
    const input = { pod: pod(name).spec(spec).build(), node: node() };
    assert.deepEqual(podHostname(input), { hostname, domain });
    assert.deepEqual(kernelHostname(input), { ok: true, value: kernel });
  });
}

Deno.test("a full name has room for 64 characters", () => {
  const full = (length: number): ReturnType<typeof kernelHostname> => {
    const name = "n".repeat(length - ".s.default.svc.cluster.local".length);
    const spec = { subdomain: "s", setHostnameAsFQDN: true };
    return kernelHostname({ pod: pod(name).spec(spec).build(), node: node() });
  };
  assert.ok(full(64).ok);
  assert.deepEqual(full(65), {
    ok: false,
    error: "failed to construct FQDN from pod hostname and cluster domain, FQDN " +
      `${"n".repeat(37)}.s.default.svc.cluster.local is too long ` +
      "(64 characters is the max, 65 characters requested)",
  });
});
