/** ConfigMaps, Secrets and service accounts in the pods of a node that may read what its pods refer to, and nothing else. */
import assert from "node:assert/strict";
import { until } from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { createPod, eventsOf, logOf, podOf, untilGone, untilRow } from "./pods.ts";

type Data = Readonly<Record<string, string>>;

async function apply({ cluster }: ClusterNode, object: object): Promise<void> {
  await cluster.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(object) });
}

function configMap(name: string, data: Data, more: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data, ...more };
}

function secret(name: string, stringData: Data): object {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData };
}

Deno.test("pods use the objects that they refer to", async (t) => {
  await using node = await startClusterNode();
  const { cluster, lab } = node;
  const delivered = async (name: string, text: string): Promise<void> => {
    const pod = await podOf(node, name);
    assert.ok(pod);
    await until(`${name} shows ${text}`, async () => (await logOf(node, pod)).includes(text), {
      timeoutMs: 150_000,
    });
  };

  await t.step("a pod waits for its Secret, and starts when that is there", async () => {
    await createPod(
      node,
      manifest("waiting", {
        containers: [
          container("main", `echo "$(cat /keys/token)"; ${FOREVER}`, {
            volumeMounts: [{ name: "keys", mountPath: "/keys" }],
          }),
        ],
        volumes: [{ name: "keys", secret: { secretName: "late" } }],
      }),
    );
    const told =
      'FailedMount: MountVolume.SetUp failed for volume "keys" : secret "late" not found';
    await until("the event tells", async () => (await eventsOf(node, "waiting")).includes(told));
    const pod = await untilRow(node, "waiting", "0/1 ContainerCreating");
    assert.equal(pod.status?.phase, "Pending");
    await apply(node, secret("late", { token: "s3cret" }));
    await untilRow(node, "waiting", "1/1 Running");
    await delivered("waiting", "s3cret");
  });

  await t.step("a container waits for its ConfigMap, and starts when that is there", async () => {
    await createPod(
      node,
      manifest("unset", {
        containers: [
          container("main", `echo "level=$LEVEL host=$KUBERNETES_SERVICE_HOST"; ${FOREVER}`, {
            envFrom: [{ configMapRef: { name: "conf" } }],
          }),
        ],
      }),
    );
    const pod = await untilRow(node, "unset", "0/1 CreateContainerConfigError");
    const { message } = pod.status?.containerStatuses?.[0]?.state?.waiting ?? {};
    assert.equal(message, 'configmap "conf" not found');
    await apply(node, configMap("conf", { LEVEL: "info" }));
    await untilRow(node, "unset", "1/1 Running");
    await delivered("unset", "level=info host=10.96.0.1");
  });

  await t.step("an update reaches the volume in one step, but not a part of it", async () => {
    await apply(node, configMap("live", { a: "1", b: "1" }));
    const look = "cat /live/a /live/b /part | tr '\\n' ' '";
    await createPod(
      node,
      manifest("live", {
        containers: [
          container("main", `while :; do echo "seen $(${look})"; sleep 0.2; done`, {
            volumeMounts: [
              { name: "live", mountPath: "/live" },
              { name: "live", mountPath: "/part", subPath: "a" },
            ],
          }),
        ],
        volumes: [{ name: "live", configMap: { name: "live" } }],
        terminationGracePeriodSeconds: 0,
      }),
    );
    await untilRow(node, "live", "1/1 Running");
    await delivered("live", "seen 111");
    await apply(node, configMap("live", { a: "2", b: "2" }));
    await delivered("live", "seen 221");
    const pod = await podOf(node, "live");
    assert.ok(pod);
    const seen = new Set((await logOf(node, pod)).match(/seen \d+/g));
    assert.deepEqual([...seen], ["seen 111", "seen 221"], "nobody ever saw a mixture");
    assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0);
  });

  await t.step(
    "a token speaks for the account, is bound to the pod, and ends with it",
    async () => {
      await cluster.kubectl(["create", "serviceaccount", "robot"]);
      await createPod(
        node,
        manifest("robot", {
          serviceAccountName: "robot",
          containers: [
            container(
              "main",
              "cd /var/run/secrets/kubernetes.io/serviceaccount; ls; cat namespace; echo; " +
                `head -1 ca.crt; echo token=$(cat token); ${FOREVER}`,
            ),
          ],
          terminationGracePeriodSeconds: 0,
        }),
      );
      const pod = await untilRow(node, "robot", "1/1 Running");
      await delivered("robot", "token=");
      const log = await logOf(node, pod);
      assert.match(
        log,
        /^ca.crt\nnamespace\ntoken\ndefault\n-----BEGIN CERTIFICATE-----\ntoken=\S+/,
      );
      const token = /token=(\S+)/.exec(log)?.[1] ?? "";
      const whoAmI = await cluster.tryKubectl([
        "create",
        "-f",
        "-",
        "-o",
        "jsonpath={.status.user.username} {.status.user.extra}",
      ], {
        stdin: JSON.stringify({
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          spec: { token },
        }),
      });
      assert.match(whoAmI.stdout, /^system:serviceaccount:default:robot /);
      assert.match(whoAmI.stdout, new RegExp(pod.metadata.uid));
    },
  );

  await t.step("all of it goes, and nothing of the volumes stays", async () => {
    for (const name of ["waiting", "unset", "live", "robot"]) {
      await cluster.kubectl(["delete", "pod", name, "--wait=false"]);
    }
    for (const name of ["waiting", "unset", "live", "robot"]) await untilGone(node, name);
    await until("no volume is mounted any more", async () => {
      const mounts = (await Deno.readTextFile("/proc/self/mountinfo")).split("\n");
      return !mounts.some((line) => line.includes(lab.workDir) && line.includes("kubernetes.io~"));
    });
  });
});
