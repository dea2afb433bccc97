/** The variables that services make. */
import assert from "node:assert/strict";
import type { Service } from "../../k8s.ts";
import { isVisibleFrom, serviceEnv, type ServiceLink, serviceLink } from "./service_env.ts";

function service(
  name: string,
  { namespace = "default", ...spec }: Service["spec"] & { readonly namespace?: string } = {},
): Service {
  return { metadata: { name, namespace }, spec: { clusterIP: "10.96.0.1", ...spec } };
}

function links(...services: readonly Service[]): readonly ServiceLink[] {
  return services.map(serviceLink).filter((link) => link !== null);
}

const kubernetes = service("kubernetes", { ports: [{ name: "https", port: 443 }] });
const ofKubernetes = [
  ["KUBERNETES_SERVICE_HOST", "10.96.0.1"],
  ["KUBERNETES_SERVICE_PORT", "443"],
  ["KUBERNETES_SERVICE_PORT_HTTPS", "443"],
  ["KUBERNETES_PORT", "tcp://10.96.0.1:443"],
  ["KUBERNETES_PORT_443_TCP", "tcp://10.96.0.1:443"],
  ["KUBERNETES_PORT_443_TCP_PROTO", "tcp"],
  ["KUBERNETES_PORT_443_TCP_PORT", "443"],
  ["KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1"],
];

Deno.test("the API server is found from everywhere, whatever the pod says", () => {
  for (const enableServiceLinks of [true, false]) {
    const env = serviceEnv(links(kubernetes), { namespace: "shop", enableServiceLinks });
    assert.deepEqual([...env], ofKubernetes);
  }
});

Deno.test("others are found in their own namespace only, and not where the pod does not want them", () => {
  const dns = service("kube-dns", {
    namespace: "kube-system",
    clusterIP: "fd00::a",
    ports: [{ name: "dns-tcp", port: 53, protocol: "TCP" }, { port: 53, protocol: "UDP" }],
  });
  const seen = (namespace: string, enableServiceLinks: boolean) => [
    ...serviceEnv(links(dns), { namespace, enableServiceLinks }),
  ];
  assert.deepEqual(seen("default", true), []);
  assert.deepEqual(seen("kube-system", false), []);
  assert.deepEqual(seen("kube-system", true), [
    ["KUBE_DNS_SERVICE_HOST", "fd00::a"],
    ["KUBE_DNS_SERVICE_PORT", "53"],
    ["KUBE_DNS_SERVICE_PORT_DNS_TCP", "53"],
    ["KUBE_DNS_PORT", "tcp://[fd00::a]:53"],
    ["KUBE_DNS_PORT_53_TCP", "tcp://[fd00::a]:53"],
    ["KUBE_DNS_PORT_53_TCP_PROTO", "tcp"],
    ["KUBE_DNS_PORT_53_TCP_PORT", "53"],
    ["KUBE_DNS_PORT_53_TCP_ADDR", "fd00::a"],
    ["KUBE_DNS_PORT_53_UDP", "udp://[fd00::a]:53"],
    ["KUBE_DNS_PORT_53_UDP_PROTO", "udp"],
    ["KUBE_DNS_PORT_53_UDP_PORT", "53"],
    ["KUBE_DNS_PORT_53_UDP_ADDR", "fd00::a"],
  ]);
});

Deno.test("a service without an address makes no variables", () => {
  for (const clusterIP of ["None", ""]) {
    assert.equal(serviceLink(service("headless", { clusterIP, ports: [{ port: 1 }] })), null);
  }
  assert.equal(serviceLink({ metadata: { name: "bare" } }), null);
});

Deno.test("of all services those are seen that are of a pod's namespace, and the API server's", () => {
  const shop = new Set(["shop"]);
  assert.ok(isVisibleFrom(shop, { namespace: "default", name: "kubernetes" }));
  assert.ok(isVisibleFrom(shop, { namespace: "shop", name: "cart" }));
  assert.ok(!isVisibleFrom(shop, { namespace: "default", name: "cart" }));
  assert.ok(!isVisibleFrom(shop, { namespace: "kube-system", name: "kubernetes" }));
});
