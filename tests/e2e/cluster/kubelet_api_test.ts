/** What people and programs ask of a node through the API server: `kubectl logs` with all its options, and the node's own pages. */
import assert from "node:assert/strict";
import { until } from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { ask } from "./node_api.ts";
import { untilPod } from "./pods.ts";

/** Its first run says little and fails; the second goes on. */
const TALK = `if [ -e /kept/once ]; then
  for i in 1 2 3; do echo line $i; done; echo oops >&2; ${FOREVER}
else touch /kept/once; echo first run; exit 3; fi`;

const talk = manifest("talk", {
  volumes: [{ name: "kept", emptyDir: {} }],
  containers: [
    container("main", TALK, { volumeMounts: [{ name: "kept", mountPath: "/kept" }] }),
    container("other", `echo other; ${FOREVER}`),
  ],
  restartPolicy: "OnFailure",
});

/** Ends by itself, and with it the following of its log. */
const count = manifest("count", {
  containers: [container("main", "for i in $(seq 80); do echo $i; sleep 0.1; done")],
  restartPolicy: "Never",
});

Deno.test("a node's API answers the API server", async (t) => {
  await using node = await startClusterNode();
  const { cluster, name } = node;
  const logs = async (...args: readonly string[]) =>
    (await cluster.kubectl(["logs", ...args])).stdout;
  await cluster.apply(talk, count);
  await untilPod(
    node,
    "talk",
    ({ status }) =>
      status?.containerStatuses?.every(({ state, restartCount, name }) =>
        state?.running !== undefined && (name === "other" || restartCount === 1)
      ) ?? false,
  );
  await until("the container has spoken", async () => {
    const all = await logs("talk");
    return all.includes("oops") && all.includes("line 3");
  });

  await t.step("kubectl logs shows what a container wrote, and which one is chosen", async () => {
    const all = "line 1\nline 2\nline 3\noops\n";
    assert.equal((await logs("talk")).split("\n").toSorted().join("\n"), `\n${all.trim()}`);
    assert.equal(await logs("talk", "-c", "other"), "other\n");
    assert.equal(await logs("talk", "--previous"), "first run\n");
    const some = await logs("talk", "--all-containers", "--prefix");
    assert.match(some, /\[pod\/talk\/other\] other\n/);
  });

  await t.step("as much of it as is asked for", async () => {
    // Which of a container's two streams comes first in its log is a race.
    const all = await logs("talk");
    assert.equal(await logs("talk", "--tail=2"), all.split("\n").slice(-3).join("\n"));
    assert.equal(await logs("talk", "--tail=0"), "");
    assert.equal(await logs("talk", "--limit-bytes=6"), all.slice(0, 6));
    assert.equal(await logs("talk", "--since-time=2999-01-01T00:00:00Z"), "");
    assert.equal(await logs("talk", "--since=1h"), all);
    assert.match(await logs("talk", "--timestamps", "--tail=1"), /^\d{4}-\d\d-\d\dT\S+Z \S/);
  });

  await t.step("what cannot be shown is said", async () => {
    const { stderr } = await cluster.tryKubectl(["logs", "count", "--previous"]);
    assert.match(stderr, /previous terminated container "main" in pod "count" not found/);
  });

  await t.step("a log is followed to the container's end, line for line", async () => {
    await cluster.kubectl(["delete", "pod", "count"]);
    await cluster.apply(count);
    await untilPod(node, "count", ({ status }) => status?.phase === "Running");
    const numbers = (await logs("-f", "count")).trim().split("\n").map(Number);
    assert.deepEqual(numbers, Array.from({ length: 80 }, (_, index) => index + 1));
  });

  await t.step("the API server leads to the node's pages", async () => {
    const page = async (path: string) =>
      (await cluster.kubectl(["get", "--raw", `/api/v1/nodes/${name}/proxy${path}`])).stdout;
    assert.equal(await page("/healthz"), "ok");
    assert.match(
      await page("/healthz?verbose"),
      /^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]syncloop ok\n/,
    );
    assert.match(
      await page("/pods"),
      /^\{"kind":"PodList","apiVersion":"v1","metadata":\{\},"items":/,
    );
    const running = JSON.parse(await page("/runningpods/"));
    const found = running.items.find((each: { metadata: { name: string } }) =>
      each.metadata.name === "talk"
    );
    assert.deepEqual(
      found.spec.containers.map((each: { name: string }) => each.name).toSorted(),
      ["main", "other"],
    );
    const { kubeletconfig } = JSON.parse(await page("/configz"));
    assert.equal(kubeletconfig.kind, "KubeletConfiguration");
    assert.equal(kubeletconfig.authentication.webhook.cacheTTL, "2m0s");
    assert.match(await page("/logs/"), /^<!doctype html>\n<meta name="viewport"/);
    assert.match(await page("/statusz"), /^\nkubelet statusz\nWarning: /);
    assert.match(await page("/flagz"), /^\nkubelet flagz\nWarning: /);
  });

  await t.step("what is no honest request is answered as the kubelet answers it", async () => {
    const certificate = `${cluster.pki.dir}/api-server-to-node`;
    const cases: Readonly<Record<string, number>> = {
      "/containerLogs/default/talk/none": 404,
      "/containerLogs/default/none/main": 404,
      "/containerLogs/default/talk/main?tailLines=x": 400,
      "/containerLogs/default/talk/main?tailLines=-1": 422,
      "/containerLogs/default/talk/../../../etc/passwd": 307,
      "/containerLogs/default/talk/%2e%2e%2fmain": 404,
      "/logs/../../etc/passwd": 307,
      "/logs/%2e%2e/%2e%2e/etc/passwd": 404,
      "/logs/..%2f..%2fetc/passwd": 404,
      "/logs//syslog": 307,
      "/logs/no-such-file": 404,
      "/exec/default/talk/other?command=ls&output=1": 500,
    };
    const found: Record<string, number> = {};
    for (const path of Object.keys(cases)) {
      found[path] = (await ask(node, path, { certificate })).status;
    }
    assert.deepEqual(found, cases);
  });
});
