/** A machine joins a cluster by a token of k3s, whose supervisor is the project's own stand-in, in front of the real control plane. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { agentArgv, type LabAgent, labAgent } from "../../lab/agent.ts";
import { startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import type { RunResult } from "../../lab/run.ts";
import { startSupervisor, type Supervisor } from "../../lab/supervisor.ts";
import { until } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import type { ClusterNode } from "./cluster_node.ts";
import { untilRow } from "./pods.ts";

const NAME = "edge-1";

/** Each document of a text. */
function parseAll(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}

interface Machine extends ClusterNode {
  readonly program: LabAgent;
  readonly supervisor: Supervisor;
  /** Runs `skerry join` on it, to its end. */
  join(args?: readonly string[], config?: string): Promise<RunResult>;
}

async function startMachine(options: { readonly lifeMs?: number } = {}): Promise<Machine> {
  await using started = new AsyncDisposableStack();
  const lab = started.use(await startLab());
  const cluster = started.use(await startCluster(lab));
  const supervisor = started.use(await startSupervisor(lab, cluster, options));
  const program = await labAgent(lab, { nodeName: NAME });
  const { server, token } = supervisor;
  const all = started.move();
  return {
    lab,
    cluster,
    name: NAME,
    program,
    supervisor,
    join: (
      args = [server, "--token", token, "--node-name", NAME],
      config = `${program.dir}/config.yaml`,
    ) => lab.exec(agentArgv(["join", ...args, "--config", config])),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/** When the node last told the cluster that it is alive. */
async function lastHeartbeat({ cluster }: Machine): Promise<number> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${NAME}`;
  const { spec } = await (await cluster.fetch(path)).json();
  return Date.parse(spec?.renewTime);
}

/** Another machine's configuration. */
async function otherMachine({ lab }: Machine): Promise<{ config: string; root: string }> {
  const dir = await Deno.makeTempDir({ dir: lab.workDir });
  const config = `${dir}/config.yaml`;
  const text =
    `apiVersion: config.skerry.dev/v1alpha1\nkind: SkerryConfiguration\nrootDir: ${dir}/root\n`;
  await Deno.writeTextFile(config, text);
  return { config, root: `${dir}/root` };
}

async function nodeUid({ cluster }: Machine): Promise<string> {
  const { metadata } = await (await cluster.fetch(`/api/v1/nodes/${NAME}`)).json();
  return metadata?.uid ?? "";
}

/** Lets another machine join, which fails with this text and leaves all as it was. */
async function refused(
  machine: Machine,
  args: readonly string[],
  { text, code = 1 }: { readonly text: string; readonly code?: number },
): Promise<void> {
  const { config, root } = await otherMachine(machine);
  const before = await Deno.readTextFile(config);
  const result = await machine.join(args, config);
  assert.equal(result.code, code, result.stderr);
  assert.ok(result.stderr.includes(text), result.stderr);
  assert.equal(await Deno.readTextFile(config), before);
  for (
    const name of ["kubeconfig", "k3s/token", "k3s/node-password", "pki/kubelet-client.key.tmp"]
  ) {
    assert.ok(!await isThere(`${root}/${name}`), name);
  }
}

Deno.test("a machine joins a k3s cluster by the server's token", async (t) => {
  await using machine = await startMachine();
  const { cluster, lab, program, supervisor, join } = machine;
  const { rootDir, dir } = program;
  const config = `${dir}/config.yaml`;
  const original = await Deno.readTextFile(config);
  const { server, token, password } = supervisor;

  await t.step(
    "before any credential leaves, the server must be the one of the token",
    async () => {
      const wrong = `K10${"0".repeat(64)}::server:${supervisor.password}`;
      const args = [supervisor.server, "--token", wrong, "--node-name", NAME];
      await refused(machine, args, { text: "another one than the token is for" });
      const seen = await supervisor.seen();
      assert.deepEqual(
        seen.map(({ Path, Authorization, Password }) => [Path, Authorization, Password]),
        [["/cacerts", "", false]],
      );
    },
  );

  await t.step(
    "the command has the certificate signed, and writes what the agent needs",
    async () => {
      const { code, stdout, stderr } = await join();
      assert.equal(code, 0, stderr);
      assert.deepEqual(stdout.trim().split("\n"), [
        `Asking ${supervisor.server} which cluster it is of`,
        `${supervisor.server} can be trusted: its authority is the one that the token is for`,
        `Wrote ${config}`,
        `Start the agent, or start it anew: skerry run --config ${config}`,
        `${NAME} has its certificate: it has joined the cluster at ${supervisor.server}`,
      ]);
      for (const name of ["kubeconfig", "k3s/token", "k3s/node-password"]) {
        assert.equal(await modeOf(`${rootDir}/${name}`), 0o600, name);
      }
      assert.match(await Deno.readTextFile(`${rootDir}/k3s/node-password`), /^[\da-f]{32}\n$/);
      const servers = JSON.parse(await Deno.readTextFile(`${rootDir}/k3s/apiservers.json`));
      assert.deepEqual(servers, [new URL(supervisor.server).host]);
      const written = await Deno.readTextFile(config);
      assert.match(written, /clusterDNS:\n- 10\.96\.0\.10\n/);
      assert.match(written, /clusterDomain: cluster\.local/);
      assert.doesNotMatch(written, new RegExp(supervisor.password));
      const asked = (await supervisor.seen()).filter(({ Path }) => Path.endsWith(".crt"));
      assert.ok(asked.every(({ Method, Path }) => Method === "POST" || Path.endsWith("-ca.crt")));
    },
  );

  await t.step("the node is Ready, and a pod runs on it", async () => {
    await program.start();
    await untilNodeReady(cluster, NAME);
    await cluster.apply(scriptPod("web", `echo hello; ${FOREVER}`));
    assert.equal((await untilRow(machine, "web", "1/1 Running")).spec.nodeName, NAME);
  });

  await t.step("the server has signed its serving certificate at once", async () => {
    const path = `${rootDir}/pki/kubelet-server-current.pem`;
    await until("it is there", () => Deno.stat(path).then(() => true, () => false));
    const certificate = new X509Certificate(await Deno.readTextFile(path));
    assert.match(certificate.subjectAltName ?? "", new RegExp(`IP Address:${lab.nodeAddress}`));
    const log = async () => (await cluster.tryKubectl(["logs", "web"])).stdout;
    await until("the API server comes to it", async () => await log() === "hello\n");
  });

  await t.step("it starts again with what it has", async () => {
    const uid = await nodeUid(machine);
    await program.stop();
    await program.start();
    await untilNodeReady(cluster, NAME);
    assert.equal(await nodeUid(machine), uid);
    const { code, stdout } = await join();
    assert.equal(code, 0);
    assert.match(stdout, /edge-1 is a node of the cluster already\n$/);
  });

  await t.step("another machine of its name is refused, and told why", async () => {
    const args = [server, "--token", token, "--node-name", NAME];
    await refused(machine, args, { text: `the cluster knows ${NAME} by another node password` });
    await untilNodeReady(cluster, NAME);
  });

  await t.step("each way to fail is told of, and nothing is written", async () => {
    const named = ["--node-name", "edge-9"];
    const hash = token.split("::")[0];
    await refused(machine, [server, "--token", `${hash}::server:wrong`, ...named], {
      text: "the server does not accept the token",
    });
    await refused(machine, [server, "--token", password, ...named], {
      text: "--insecure-first-use takes a short one",
      code: 2,
    });
    await supervisor.fail({ Path: "/v1-k3s/apiservers", Times: 1, Status: 404 });
    await refused(machine, [server, "--token", token, ...named], {
      text: "the server has no /v1-k3s/apiservers: it is no k3s server, or one that is too old",
    });
    await supervisor.fail({ Path: "/v1-k3s/client-kubelet.crt", Times: 1, Old: true });
    await refused(machine, [server, "--token", token, ...named], {
      text: "the server is too old: it signs no certificate for a key of the node's own",
    });
    await refused(machine, [cluster.server, "--token", token, ...named], {
      text: "is no k3s server",
    });
    const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString();
    await supervisor.rotate({ notBefore: hours(1), notAfter: hours(2) });
    await refused(machine, [server, "--token", token, ...named], {
      text: "its certificate is not valid yet, or this machine's clock is wrong",
    });
    await supervisor.rotate();
  });

  await t.step(
    "a server that has too much to do is asked again, and a short token is taken where that is wanted",
    async () => {
      await supervisor.fail(
        { Path: "/cacerts", Times: 1, Status: 503 },
        { Path: "/v1-k3s/config", Times: 1, Status: 429, RetryAfter: "1" },
        { Path: "/v1-k3s/client-ca.crt", Times: 1, Half: true },
        { Path: "/v1-k3s/client-kubelet.crt", Times: 1, Status: 503, RetryAfter: "1" },
      );
      const { config: path, root } = await otherMachine(machine);
      const args = [server, "--token", password, "--insecure-first-use", "--node-name", "edge-2"];
      const { code, stdout, stderr } = await join(args, path);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /ordered by the test; trying for 30s\n/);
      assert.match(stdout, /it was the first to answer \(--insecure-first-use\)/);
      const kept = await Deno.readTextFile(`${root}/k3s/token`);
      assert.equal(kept.split("::")[0], token.split("::")[0], "from now on it is known");
    },
  );

  await t.step("the server's certificate is replaced, and the node goes on", async () => {
    await supervisor.stop();
    await supervisor.rotate();
    await supervisor.start();
    const before = await lastHeartbeat(machine);
    await until("it is alive", async () => await lastHeartbeat(machine) > before);
    assert.equal((await join()).code, 0);
  });

  await t.step("a Node that was deleted comes back when the machine joins again", async () => {
    const uid = await nodeUid(machine);
    await cluster.kubectl(["delete", "node", NAME]);
    const { code, stdout, stderr } = await join();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /The cluster has no such node any more/);
    await program.stop();
    await program.start();
    await untilNodeReady(cluster, NAME);
    assert.notEqual(await nodeUid(machine), uid);
  });

  await t.step("it leaves, and nothing of the cluster is left on it", async () => {
    const leave = (): Promise<RunResult> => lab.exec(agentArgv(["leave", "--config", config]));
    const busy = await leave();
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /another agent works in /);
    await program.stop();
    const { code, stdout, stderr } = await leave();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /edge-1 has left\. .*kubectl delete node edge-1\n/);
    assert.deepEqual(parseAll(await Deno.readTextFile(config)), parseAll(original));
    for (
      const name of ["kubeconfig", "k3s/token", "k3s/apiservers.json", "skerry.db", "pki/ca.crt"]
    ) {
      assert.ok(!await isThere(`${rootDir}/${name}`), name);
    }
    const left = await Array.fromAsync(Deno.readDir(`${rootDir}/pki`));
    assert.deepEqual(left.filter(({ name }) => name.startsWith("kubelet-")), []);
    assert.match(await Deno.readTextFile(`${rootDir}/k3s/node-password`), /^[\da-f]{32}\n$/);

    await program.start();
    await until("the cluster's pods have ended", async () => {
      return (await lab.ctr(["containers", "ls", "-q"])).stdout.trim() === "";
    });
  });
});

Deno.test("a node of a k3s cluster renews its certificates by the old one, and by the token where the Node is gone", async () => {
  await using machine = await startMachine({ lifeMs: 30_000 });
  const { cluster, program, supervisor, join } = machine;
  assert.equal((await join()).code, 0);
  await program.start();
  await untilNodeReady(cluster, NAME);
  const link = `${program.rootDir}/pki/kubelet-client-current.pem`;
  const first = await Deno.readTextFile(link);
  const shown = async (path: string) =>
    (await supervisor.seen()).filter(({ Path }) => Path === `/v1-k3s/${path}`)
      .map(({ Method, Authorization, Certificate, Status }) =>
        [Method, Authorization, Certificate, Status].join(" ")
      );

  await until("it is replaced", async () => await Deno.readTextFile(link) !== first);
  const byItself = `POST  system:node:${NAME} 200`;
  assert.deepEqual((await shown("client-kubelet.crt")).slice(0, 2), ["POST Basic  200", byItself]);
  assert.ok((await shown("serving-kubelet.crt")).every((each) => each === byItself));

  await cluster.kubectl(["delete", "node", NAME]);
  await until("the token is shown", async () => {
    const all = await shown("client-kubelet.crt");
    return all.slice(2).includes("POST Basic  200");
  });
  assert.ok((await shown("client-kubelet.crt")).includes(`POST  system:node:${NAME} 401`));
});
