/** What a k3s server says of its cluster, as its encoder writes it, and what half of it is taken for. */
import assert from "node:assert/strict";
import { apiServerUrl, parseApiServers, parseClusterConfig } from "./cluster_config.ts";

const said = {
  ClusterIPRange: { IP: "10.42.0.0", Mask: "//8AAA==" },
  ClusterDNS: "10.43.0.10",
  ClusterDNSs: ["10.43.0.10", "2001:db8::a"],
  ClusterDomain: "cluster.local",
  HTTPSPort: 6443,
  SupervisorPort: 6443,
  FlannelBackend: "vxlan",
};

function read(fields: object) {
  const parsed = parseClusterConfig(JSON.stringify(fields));
  assert(parsed.ok);
  return parsed.value;
}

Deno.test("DNS and domain are taken, and the rest is left aside", () => {
  assert.deepEqual(read(said), {
    clusterDns: ["10.43.0.10", "2001:db8::a"],
    clusterDomain: "cluster.local",
    apiServerPort: null,
  });
  assert.deepEqual(read({ ...said, ClusterDNSs: null }).clusterDns, ["10.43.0.10"]);
  assert.deepEqual(read({}), { clusterDns: [], clusterDomain: "", apiServerPort: null });
});

Deno.test("the API server may listen at another port than the supervisor, as in rke2", () => {
  const config = read({ ...said, SupervisorPort: 9345 });
  assert.equal(apiServerUrl("https://10.0.0.1:9345", config), "https://10.0.0.1:6443");
  assert.equal(apiServerUrl("https://[fd00::1]:9345", config), "https://[fd00::1]:6443");
  assert.equal(apiServerUrl("https://k3s.example:443", read(said)), "https://k3s.example:443");
});

for (const text of ["", '{"ClusterDNS": "10.', "null", "[]", '{"HTTPSPort": "6443"}']) {
  Deno.test(`the config ${JSON.stringify(text)} is refused`, () => {
    assert(!parseClusterConfig(text).ok);
  });
}

Deno.test("the list of API servers is sorted, so that an order that changes is no change", () => {
  const parsed = parseApiServers('["10.0.0.2:6443","10.0.0.1:6443"]\n');
  assert.deepEqual(parsed, { ok: true, value: ["10.0.0.1:6443", "10.0.0.2:6443"] });
  assert.deepEqual(parseApiServers("null\n"), { ok: true, value: [] });
  assert(!parseApiServers('["10.0.0.1').ok);
});
