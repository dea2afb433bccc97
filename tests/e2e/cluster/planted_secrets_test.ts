/** Secrets are planted wherever a node gets any, and looked for in all that it writes and answers, with its log at its loudest. */
import assert from "node:assert/strict";
import { container, FOREVER, manifest } from "../manifest.ts";
import { isAlive } from "../../lab/processes.ts";
import { until } from "../expect.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { ask } from "./node_api.ts";
import { createPod, eventsOf, untilRow } from "./pods.ts";

const planted = {
  variable: "planted-in-a-variable",
  file: "planted-in-a-file",
  registry: "planted-for-a-registry",
  argument: "planted-in-an-argument",
  token: "planted-as-a-token",
};

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "keys" },
  stringData: { variable: planted.variable, file: planted.file },
};

/** A registry that there is not: pulls fail with the credentials in hand. */
const image = "127.0.0.1:1/private:1";
const pullSecret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "pull" },
  type: "kubernetes.io/dockerconfigjson",
  stringData: {
    ".dockerconfigjson": JSON.stringify({
      auths: { "127.0.0.1:1": { username: "ann", password: planted.registry } },
    }),
  },
};

const valueFrom = { secretKeyRef: { name: "keys", key: "variable" } };
const runs = manifest("runs", {
  containers: [container("main", FOREVER, {
    env: [{ name: "KEY", valueFrom }],
    volumeMounts: [{ name: "keys", mountPath: "/keys" }],
    readinessProbe: { exec: { command: ["test", "-e", "/keys"] } },
  })],
  volumes: [{ name: "keys", secret: { secretName: "keys" } }],
});
const pulls = manifest("pulls", {
  imagePullSecrets: [{ name: "pull" }],
  containers: [container("main", FOREVER, { image, env: [{ name: "KEY", valueFrom }] })],
});

/** In the forms in which objects and headers carry them. */
function forms(text: string): readonly string[] {
  return [text, btoa(text), btoa(`ann:${text}`)];
}

/** The lines of a key without those that every key has. */
function linesOfKey(pem: string): readonly string[] {
  return pem.split("\n").filter((line) => line.length > 40 && !line.includes("-----"));
}

/** All files below the agent's own folder that lie on the disk: volumes of pods lie in memory. */
async function filesOf(rootDir: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const { name, isFile } of Deno.readDir(rootDir)) {
    if (isFile) files.push(`${rootDir}/${name}`);
  }
  return files;
}

/** Each text by where it was found. */
async function everythingTold(node: ClusterNode): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const { cluster, program: { logPath } } = node;
  const admin = { certificate: `${cluster.pki.dir}/admin` };
  const paths = [
    "/healthz",
    "/pods",
    "/runningpods/",
    "/configz",
    "/metrics",
    "/metrics/resource",
    "/metrics/cadvisor",
    "/metrics/probes",
    "/metrics/slis",
    "/stats/summary",
    "/statusz",
    "/flagz",
    "/logs/",
  ];
  for (const path of paths) told.set(path, (await ask(node, path, admin)).body);
  const rootDir = logPath.replace("agent.log", "root");
  for (const file of [logPath, ...await filesOf(rootDir)]) {
    told.set(file, new TextDecoder("latin1").decode(await Deno.readFile(file)));
  }
  for (const pod of ["runs", "pulls"]) {
    told.set(`events of ${pod}`, (await eventsOf(node, pod)).join("\n"));
  }
  return told;
}

Deno.test("no secret that is planted comes to light", async () => {
  await using node = await startClusterNode({ kubelet: { logging: { verbosity: 10 } } });
  const { cluster, name } = node;
  await cluster.apply(secret, pullSecret);
  await createPod(node, runs);
  await createPod(node, pulls);
  await untilRow(node, "runs", "1/1 Running");
  await until(
    "the pull has failed",
    async () =>
      (await eventsOf(node, "pulls")).some((event) =>
        event.includes("ErrImagePull") || event.includes("Failed to pull")
      ),
  );
  await until(
    "the API answers",
    async () => (await ask(node, "/pods").catch(() => null))?.status === 401,
  );
  await ask(node, `/pods?access_token=${planted.token}`, { token: planted.token });
  const ran = await cluster.kubectl(["exec", "runs", "--", "echo", planted.argument]);
  assert.equal(ran.stdout.trim(), planted.argument);
  const key = await Deno.readTextFile(`${cluster.pki.dir}/node-${name}.key`);

  const secrets = [...Object.values(planted).flatMap(forms), ...linesOfKey(key)];
  const told = await everythingTold(node);
  const [, records = ""] = [...told].find(([place]) => place.endsWith("security.log")) ?? [];
  assert.match(records, /"user":"api-server".*"action":"exec".*"program":"echo","arguments":1/);
  assert.ok(node.program.pid !== undefined);
  Deno.kill(node.program.pid, "SIGABRT");
  await until("the agent has crashed", () => !isAlive(node.program.pid ?? 0));
  told.set("what is left of a crash", await Deno.readTextFile(node.program.logPath));
  for (const [place, text] of told) {
    assert.ok(text.length > 0, `${place} says something`);
    for (const each of secrets) assert.ok(!text.includes(each), `${each} in ${place}`);
  }
});
