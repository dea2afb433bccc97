/** Who gets what of the node's HTTPS API in a real cluster: by token, by certificate, and while the API server is away. */
import assert from "node:assert/strict";
import { startPrometheus } from "../../lab/prometheus.ts";
import { waitUntil } from "../../lab/processes.ts";
import { until } from "../expect.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { ask, type Caller } from "./node_api.ts";

const RBAC = "rbac.authorization.k8s.io";
const NAMESPACE = "default";

/** Each account may have the one subresource of nodes that it is named after; `nothing` may have none. */
const SUBRESOURCES = ["pods", "healthz", "configz", "stats", "metrics", "log", "statusz", "proxy"];

/** Endpoints with those who may have them. */
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  "/healthz": ["healthz", "proxy"],
  "/pods": ["pods", "proxy"],
  "/runningpods/": ["pods", "proxy"],
  "/configz": ["configz", "proxy"],
  "/stats/summary": ["stats"],
  "/metrics": ["metrics"],
  "/metrics/cadvisor": ["metrics"],
  "/metrics/resource": ["metrics"],
  "/metrics/probes": ["metrics"],
  "/metrics/slis": ["metrics"],
  "/logs/": ["log"],
  "/containerLogs/default/none/main": ["proxy"],
  "/exec/default/none/main": ["proxy"],
  "/attach/default/none/main": ["proxy"],
  "/portForward/default/none": ["proxy"],
  "/run/default/none/main": ["proxy"],
  "/debug/pprof/cmdline": ["proxy"],
  "/statusz": ["statusz"],
  "/flagz": ["configz"],
};

function account(name: string): readonly unknown[] {
  return [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: NAMESPACE } }];
}

function right(name: string): readonly unknown[] {
  const metadata = { name: `node-${name}` };
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata,
      rules: [{ apiGroups: [""], resources: [`nodes/${name}`], verbs: ["get"] }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name, namespace: NAMESPACE }],
    },
  ];
}

async function tokenOf({ cluster }: ClusterNode, name: string): Promise<string> {
  return (await cluster.kubectl(["create", "token", name])).stdout.trim();
}

/** 200 for whatever comes of a request that was let in. */
async function verdict(node: ClusterNode, path: string, caller?: Caller): Promise<number> {
  const { status } = await ask(node, path, caller);
  return [401, 403].includes(status) ? status : 200;
}

async function certificate(
  { cluster: { pki } }: ClusterNode,
  request: { readonly name: string } & Partial<Parameters<typeof pki.issue>[0][number]>,
): Promise<Caller> {
  await pki.issue([{ signer: "ca", commonName: request.name, ...request }]);
  return { certificate: `${pki.dir}/${request.name}` };
}

Deno.test("the node's API asks who it is and what they may", async (t) => {
  await using node = await startClusterNode();
  const { cluster } = node;
  const isKubelet = Deno.env.get("SKERRY_TEST_NODE") === "kubelet";
  await cluster.apply(
    ...["nothing", ...SUBRESOURCES].flatMap(account),
    ...SUBRESOURCES.flatMap(right),
  );
  const tokens: Record<string, string> = {};
  for (const name of ["nothing", ...SUBRESOURCES]) tokens[name] = await tokenOf(node, name);
  const as = (name: string): Caller => ({ token: tokens[name] ?? "" });
  const answers = await waitUntil(async () => {
    const { status } = await ask(node, "/healthz", as("healthz")).catch(() => ({ status: 0 }));
    return status === 200;
  }, { timeoutMs: 60_000, intervalMs: 500 });
  assert.ok(answers, "the API answers");

  for (const [path, those] of Object.entries(ENDPOINTS)) {
    await t.step(`${path} is for ${those.join(" and ")} alone`, async () => {
      assert.equal(await verdict(node, path), 401, "anonymous");
      assert.equal(await verdict(node, path, { token: "made-up" }), 401, "a made-up token");
      assert.equal(await verdict(node, path, as("nothing")), 403, "nothing");
      for (const name of SUBRESOURCES) {
        assert.equal(await verdict(node, path, as(name)), those.includes(name) ? 200 : 403, name);
      }
    });
  }

  await t.step("Prometheus scrapes it with a token that may read metrics", async () => {
    const paths = Object.keys(ENDPOINTS).filter((path) => path.startsWith("/metrics"));
    const address = `${node.lab.nodeAddress}:10250`;
    const token = tokens["metrics"] ?? "";
    await using prometheus = await startPrometheus(node.lab, { target: { address, paths, token } });
    await until("every page was scraped", async () => {
      const up = await prometheus.query("max_over_time(up[1m]) == 1");
      return up.length === paths.length;
    });
  });

  await t.step("refusals are in the kubelet's words", async () => {
    assert.deepEqual(await ask(node, "/pods"), { status: 401, body: "Unauthorized" });
    assert.deepEqual(await ask(node, "/pods", as("metrics")), {
      status: 403,
      body: "Forbidden (user=system:serviceaccount:default:metrics, verb=get, resource=nodes, " +
        "subresource(s)=[pods proxy])\n",
    });
  });

  await t.step(
    "a certificate counts if the cluster's authority has signed it, for now and for clients",
    async () => {
      const { pki } = cluster;
      const master = { certificate: `${pki.dir}/admin` };
      assert.equal(await verdict(node, "/metrics", master), 200);
      assert.equal(await verdict(node, "/metrics", await certificate(node, { name: "jane" })), 403);
      const evil = await certificate(node, { name: "evil", commonName: "evil\nO=system:masters" });
      assert.equal(await verdict(node, "/metrics", evil), 403, "a line feed in a name");
      const old = { notBefore: "2020-01-01T00:00:00Z", notAfter: "2020-01-02T00:00:00Z" };
      const organizations = ["system:masters"];
      const expired = await certificate(node, { name: "expired", organizations, ...old });
      assert.equal(await verdict(node, "/metrics", expired), 401, "an expired one");
      await pki.issue([{ name: "other-ca", commonName: "kubernetes" }]);
      const foreign = await certificate(node, {
        name: "foreign",
        organizations,
        signer: "other-ca",
      });
      assert.equal(await verdict(node, "/metrics", foreign), 401, "one of another authority");
      const withToken = { ...foreign, ...as("metrics") };
      assert.equal(await verdict(node, "/metrics", withToken), 200, "and a token that counts");
    },
  );

  await t.step(
    "while the API server is away, what is known holds and all else is refused",
    async () => {
      assert.equal(await verdict(node, "/metrics/resource", as("metrics")), 200);
      const fresh = await tokenOf(node, "metrics");
      await cluster.apiServer.stop();
      assert.equal(await verdict(node, "/metrics/resource", as("metrics")), 200, "known");
      assert.equal(
        await verdict(node, "/metrics/resource", { token: fresh }),
        401,
        "a token not seen yet",
      );
      const { status } = await ask(node, "/stats/summary", {
        certificate: `${cluster.pki.dir}/scheduler`,
      });
      assert.equal(status, 500, "a right not asked about yet");
      await cluster.apiServer.start();
    },
  );

  if (isKubelet) return;
  await t.step(
    "the security log has the refusals, and no token is in it or in any log",
    async () => {
      const { logPath } = node.program;
      const securityLog = logPath.replace("agent.log", "root/security.log");
      const records = (await Deno.readTextFile(securityLog)).trim().split("\n")
        .map((line) => JSON.parse(line));
      for (const status of [401, 403, 500]) {
        assert.ok(records.some((record) => record.status === status), `a record of ${status}`);
      }
      assert.ok(records.some(({ action, user }) => action === "exec" && user?.endsWith(":proxy")));
      const texts = await Promise.all(
        [securityLog, logPath].map((path) => Deno.readTextFile(path)),
      );
      for (const path of ["/pods", "/configz", "/metrics"]) {
        texts.push((await ask(node, path, { certificate: `${cluster.pki.dir}/admin` })).body);
      }
      for (const [name, token] of Object.entries(tokens)) {
        for (const text of texts) assert.ok(!text.includes(token), `the token of ${name}`);
      }
    },
  );
});
