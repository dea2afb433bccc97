/** The API client's suite against a real API server. Needs root, containerd's parts and Go. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { connectKube } from "../../../src/adapters/kube/connect.ts";
import { kubeconfigAccess } from "../../../src/adapters/kube/kubeconfig_access.ts";
import { systemRandom } from "../../../src/adapters/random.ts";
import { namespaces, serviceAccounts } from "../../../src/core/kube/resource.ts";
import { NotFound } from "../../../src/ports/errors.ts";
import { fakeLog } from "../../fakes/log.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { kubeApiCases, type KubeApiSubject } from "../kube_api_suite.ts";

Deno.test("real API server", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  let count = 0;
  for (const { what, run } of kubeApiCases()) {
    await t.step(what, async () => {
      await using subject = await openSubject(cluster, `suite-${++count}`);
      await run(subject);
    });
  }
});

async function openSubject(cluster: Cluster, namespace: string): Promise<KubeApiSubject> {
  const [clock, log] = [systemClock(), fakeLog()];
  const kube = connectKube({
    access: kubeconfigAccess({ path: cluster.adminKubeconfig, clock, log }),
    clock,
    random: systemRandom(),
    log,
    userAgent: "skerry-test",
  });
  await kube.create({ resource: namespaces, name: namespace }, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const account = { resource: serviceAccounts, namespace, name: "default" };
  const hasAccount = () => kube.get(account).then(() => true, isNotFound);
  assert.ok(await waitUntil(hasAccount, { timeoutMs: 60_000, intervalMs: 100 }));
  return {
    kube,
    namespace,
    async restart() {
      await cluster.apiServer.stop();
      await cluster.apiServer.start();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(kube.close()),
  };
}

/** False where that is the error; any other is thrown. */
function isNotFound(error: unknown): false {
  if (error instanceof NotFound) return false;
  throw error;
}
