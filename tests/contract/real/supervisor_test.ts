/** The supervisor's suite against the project's stand-in for a k3s server, before a real API server. Needs root, containerd's parts and Go. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import {
  connectSupervisor,
  type SupervisorConnection,
} from "../../../src/adapters/k3s/supervisor.ts";
import { type Access, fixedAccess } from "../../../src/adapters/kube/access.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { forwardInto } from "../../lab/cluster_network.ts";
import { startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { startSupervisor, type Supervisor } from "../../lab/supervisor.ts";
import { supervisorCases, type SupervisorSubject } from "../supervisor_suite.ts";

Deno.test("real API server behind a supervisor as of k3s", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await using supervisor = await startSupervisor(lab, cluster);
  const program = cluster.programs("forward");
  const target = new URL(supervisor.server).host;
  const server = `https://127.0.0.1:${await forwardInto(lab, { program, target })}`;
  let count = 0;
  for (const { what, run } of supervisorCases()) {
    await t.step(what, async () => {
      await using subject = open({ cluster, supervisor, server, nodeName: `suite-${++count}` });
      await run(subject);
    });
  }
});

function open(
  { cluster, supervisor, server, nodeName }: {
    readonly cluster: Cluster;
    readonly supervisor: Supervisor;
    /** As it is reached from here. */
    readonly server: string;
    readonly nodeName: string;
  },
): SupervisorSubject {
  const opened = new DisposableStack();
  const connect = (access: Omit<Access, "cluster">): SupervisorConnection =>
    opened.use(connectSupervisor({
      access: fixedAccess({ cluster: { server, authorityPem: cluster.ca }, ...access }),
      clock: systemClock(),
      userAgent: "skerry-test",
    }));
  const basic = (password: string): string => `Basic ${btoa(`node:${password}`)}`;
  return {
    nodeName,
    byToken: ({ isWrong } = { isWrong: false }) =>
      connect({ authorization: basic(isWrong ? "other" : supervisor.password) }),
    byCertificate: ({ certificate: certPem, key: keyPem }) =>
      connect({ certificate: { certPem, keyPem } }),
    byNothing: () => connect({}),
    createNode: () =>
      cluster.apply({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName } }),
    async deleteNode() {
      const path = `/api/v1/namespaces/kube-system/secrets/${nodeName}.node-password.k3s`;
      const isForgotten = async (): Promise<boolean> => {
        const response = await cluster.fetch(path);
        await response.body?.cancel();
        return response.status === 404;
      };
      // The supervisor must have seen the Node before it can miss it.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await cluster.kubectl(["delete", "node", nodeName]);
      assert.ok(await waitUntil(isForgotten, { timeoutMs: 30_000 }));
    },
    fail: ({ path, times, status, retryAfter, half, old }) =>
      supervisor.fail({
        Path: path,
        Times: times,
        ...(status !== undefined && { Status: status }),
        ...(retryAfter !== undefined && { RetryAfter: retryAfter }),
        ...(half !== undefined && { Half: half }),
        ...(old !== undefined && { Old: old }),
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(opened[Symbol.dispose]()),
  };
}
