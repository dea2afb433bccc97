/** The tests' own control plane: it is a real cluster with a real cluster's rights, and it leaves nothing behind. */
import assert from "node:assert/strict";
import { startCluster } from "../../lab/cluster.ts";
import { isAlive, waitUntil } from "../../lab/processes.ts";
import { startLab } from "../../lab/lab.ts";
import { assertNothingLeft } from "../../lab/nothing_left.ts";

function node(name: string): string {
  return JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name } });
}

Deno.test("a lab has a real control plane", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  const kubectl = cluster.programs("kubectl");
  const names = async (kind: string) =>
    (await cluster.kubectl(["get", kind, "-o", "name"])).stdout.trim().split("\n");

  await t.step("a node's certificate lets it register itself and nobody else", async () => {
    const argv = [kubectl, `--kubeconfig=${await cluster.nodeKubeconfig("edge-1")}`] as const;
    const create = (name: string) =>
      lab.exec([...argv, "create", "--validate=false", "-f", "-"], { stdin: node(name) });
    const own = await create("edge-1");
    assert.equal(own.code, 0, own.stderr);
    assert.match(
      (await create("edge-2")).stderr,
      /node "edge-1" is not allowed to modify node "edge-2"/,
    );
    assert.deepEqual(await names("nodes"), ["node/edge-1"]);
  });

  await t.step("a bootstrap token is somebody, and the cluster-info is signed for it", async () => {
    const { token, kubeconfig } = await cluster.bootstrapToken();
    const who = await lab.exec([kubectl, `--kubeconfig=${kubeconfig}`, "auth", "whoami"]);
    assert.match(who.stdout, /system:bootstrappers:kubeadm:default-node-token/);
    const signed = async () => {
      const path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
      const info = await (await cluster.fetch(path)).json();
      return `jws-kubeconfig-${token.split(".")[0]}` in info.data;
    };
    assert.ok(await waitUntil(signed, { timeoutMs: 60_000 }), "no signature");
  });

  await t.step("it goes back to what it was when its data was saved", async () => {
    const copy = await cluster.saveData();
    await cluster.kubectl(["create", "namespace", "later"]);
    assert.ok((await names("namespaces")).includes("namespace/later"));
    await cluster.restoreData(copy);
    assert.ok(!(await names("namespaces")).includes("namespace/later"));
  });

  await t.step("pods reach the API server by its service", async () => {
    const script = "wget -q --no-check-certificate -O - https://10.96.0.1/readyz";
    const { stdout, stderr } = await lab.exec(["busybox", "sh", "-c", script]);
    assert.equal(stdout, "ok", stderr);
  });

  await t.step("nothing of it is left", async () => {
    const { etcd, apiServer, controllerManager, scheduler } = cluster;
    const pids = [etcd, apiServer, controllerManager, scheduler].map(({ pid }) => pid ?? NaN);
    assert.ok(pids.every(isAlive));
    await cluster.stop();
    assert.ok(!pids.some(isAlive));
    await lab.stop();
    assertNothingLeft(lab);
  });
});
