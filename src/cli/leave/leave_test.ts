/** A machine leaves its cluster: what is left on its disk and in its configuration. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeService } from "../../../tests/fakes/service.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { Conflict } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import { leaveCluster } from "./leave.ts";

function stage(lines: readonly string[], joined?: object) {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  const skerry = [
    "apiVersion: config.skerry.dev/v1alpha1",
    "kind: SkerryConfiguration",
    `rootDir: ${at("root")}`,
  ];
  for (const dir of ["root/pki", "root/k3s"]) Deno.mkdirSync(at(dir), { recursive: true });
  const put = (name: string, text = ""): void => Deno.writeTextFileSync(at(name), text);
  put("config.yaml", [...skerry, ...lines, ""].join("\n").replaceAll("ROOT", at("root")));
  if (joined !== undefined) put("root/k3s/joined.json", JSON.stringify(joined));
  const service = fakeService();
  service.enabled = true;
  const said: string[] = [];
  let isBusy = false;

  return {
    at,
    put,
    service,
    said,
    skerry,
    setBusy: () => void (isBusy = true),
    read: () => Deno.readTextFileSync(at("config.yaml")),
    isThere(name: string) {
      try {
        return Deno.lstatSync(at(name)) !== null;
      } catch {
        return false;
      }
    },
    leave: () =>
      leaveCluster({ configPath: at("config.yaml"), node: {}, hostname: "edge-1" }, {
        clock: fakeClock(),
        say: (line) => Promise.resolve(void said.push(line)),
        service,
        lock: () =>
          isBusy
            ? Promise.reject(new Conflict("another agent works in it"))
            : Promise.resolve({ [Symbol.dispose]: () => {} }),
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

Deno.test("what joining added goes, and what a person has said or changed stays", async () => {
  using all = stage([
    "kubeconfig: ROOT/kubeconfig",
    "k3sServer: https://10.0.0.1:6443",
    "nodeName: edge-1",
    "# of a person",
    "nodeLabels: {a: b}",
    "---",
    "apiVersion: kubelet.config.k8s.io/v1beta1",
    "kind: KubeletConfiguration",
    "clusterDNS: [10.43.0.10]",
    "clusterDomain: changed.example",
    "serverTLSBootstrap: true",
    "maxPods: 50",
  ], {
    SkerryConfiguration: { nodeName: "edge-1" },
    KubeletConfiguration: {
      clusterDNS: ["10.43.0.10"],
      clusterDomain: "cluster.local",
      serverTLSBootstrap: true,
    },
  });
  const gone = [
    "root/k3s/token",
    "root/k3s/server-ca.crt",
    "root/k3s/apiservers.json",
    "root/pki/kubelet-client-current.pem",
    "root/pki/kubelet-client-2026-01-01-00-00-00.pem",
    "root/pki/kubelet-server-current.pem",
    "root/pki/ca.crt",
    "root/skerry.db",
    "root/skerry.db-wal",
  ];
  const stays = ["root/k3s/node-password", "root/pki/kubelet.crt", "root/pki/kubelet.key"];
  for (const name of [...gone, ...stays]) all.put(name);
  await all.leave();
  const lines = all.read().trim().split("\n");
  assert.deepEqual(lines.slice(3), [
    "# of a person",
    "nodeLabels: { a: b }",
    "---",
    "apiVersion: kubelet.config.k8s.io/v1beta1",
    "kind: KubeletConfiguration",
    "clusterDomain: changed.example",
    "maxPods: 50",
  ]);
  for (const name of gone) assert.ok(!all.isThere(name), name);
  for (const name of stays) assert.ok(all.isThere(name), name);
  assert.deepEqual(all.service.orders, ["stop", "disable"]);
  assert.match(all.said[1] ?? "", /kubectl delete node edge-1$/);
});

Deno.test("of a cluster of kubeadm the fields stay that may be a person's, and are named", async () => {
  using all = stage([
    "kubeconfig: ROOT/kubeconfig",
    "bootstrapKubeconfig: ROOT/bootstrap.kubeconfig",
    "---",
    "apiVersion: kubelet.config.k8s.io/v1beta1",
    "kind: KubeletConfiguration",
    "clusterDNS: [10.96.0.10]",
    "authentication: {x509: {clientCAFile: ROOT/pki/ca.crt}}",
  ]);
  await all.leave();
  assert.doesNotMatch(all.read(), /kubeconfig|authentication/i);
  assert.match(all.read(), /clusterDNS/);
  assert.equal(all.said[1], "These may be of the cluster, and stay: clusterDNS");
});

Deno.test("a kubeconfig with somebody else's credential is not removed", async () => {
  using all = stage(["kubeconfig: ROOT/admin.conf"]);
  const user = "users: [{name: u, user: {token: abc}}]";
  const cluster = "clusters: [{name: c, cluster: {server: 'https://10.0.0.1:6443'}}]";
  const context = "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x";
  all.put("root/admin.conf", [cluster, user, context].join("\n"));
  await all.leave();
  assert.ok(all.isThere("root/admin.conf"));
  assert.doesNotMatch(all.read(), /kubeconfig/);
});

Deno.test("an agent that works is not robbed of its files", async () => {
  using all = stage(["kubeconfig: ROOT/kubeconfig"]);
  all.setBusy();
  all.put("root/skerry.db");
  const before = all.read();
  await assert.rejects(all.leave(), Conflict);
  assert.equal(all.read(), before);
  assert.ok(all.isThere("root/skerry.db"));
});

Deno.test("a node of no cluster has nothing to leave", async () => {
  using all = stage([]);
  await assert.rejects(all.leave(), CliError);
  assert.deepEqual(all.service.orders, []);
});
