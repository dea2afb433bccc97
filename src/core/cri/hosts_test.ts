/** Hosts files, byte for byte. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { hasHostsFile, hostsFileContent } from "./hosts.ts";

const head = `# Kubernetes-managed hosts file.
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
fe00::0	ip6-mcastprefix
fe00::1	ip6-allnodes
fe00::2	ip6-allrouters
`;

const hostAliases = [
  { ip: "192.0.2.7", hostnames: ["printer", "printer.example.org"] },
  { ip: "192.0.2.8", hostnames: ["camera"] },
];
const aliases = `
# Entries added by HostAliases.
192.0.2.7	printer	printer.example.org
192.0.2.8	camera
`;

const web = pod("web");
const podIps = ["10.88.0.2", "fd00::2"];

const cases = [
  {
    title: "each address with the pod's name",
    pod: web,
    content: "10.88.0.2\tweb\nfd00::2\tweb\n",
  },
  {
    title: "the full name first where there is a subdomain",
    pod: web.spec({ hostname: "front", subdomain: "shop" }),
    content: "10.88.0.2\tfront.shop.default.svc.cluster.local\tfront\n" +
      "fd00::2\tfront.shop.default.svc.cluster.local\tfront\n",
  },
  {
    title: "the aliases at the end",
    pod: web.spec({ hostAliases }),
    content: `10.88.0.2\tweb\nfd00::2\tweb\n${aliases}`,
  },
];

for (const { title, pod, content } of cases) {
  Deno.test(title, () => {
    assert.equal(hostsFileContent({ pod: pod.build(), node: node(), podIps }), head + content);
  });
}

Deno.test("on the host's network the node's own file is copied", () => {
  const shared = web.spec({ hostNetwork: true });
  const copy = "# Kubernetes-managed hosts file (host network).\n" +
    "127.0.0.1\tlocalhost\n192.0.2.1\tedge-1\n";
  const content = (built: typeof shared): string | null =>
    hostsFileContent({ pod: built.build(), node: node(), podIps: [] });
  assert.equal(content(shared), copy);
  assert.equal(content(shared.spec({ hostAliases })), copy + aliases);
});

Deno.test("there is none before a pod on its own network has an address", () => {
  const input = { pod: web.build(), node: node(), podIps: [] };
  assert.equal(hasHostsFile(input), false);
  assert.equal(hostsFileContent(input), null);
});
