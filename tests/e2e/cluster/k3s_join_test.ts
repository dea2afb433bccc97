/** A machine joins a cluster by a token of k3s, whose supervisor is the project's own stand-in, in front of the real control plane. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
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

async function nodeUid({ cluster }: Machine): Promise<string> {
  const { metadata } = await (await cluster.fetch(`/api/v1/nodes/${NAME}`)).json();
  return metadata?.uid ?? "";
}

/** Lets a machine join under a configuration of its own, which fails with this text and leaves all as it was. */
async function refused(
  { lab, join }: Machine,
  args: readonly string[],
  text: string | RegExp,
): Promise<void> {
  const dir = await Deno.makeTempDir({ dir: lab.workDir });
  const config = `${dir}/config.yaml`;
  const before =
    `apiVersion: config.skerry.dev/v1alpha1\nkind: SkerryConfiguration\nrootDir: ${dir}/root\n`;
  await Deno.writeTextFile(config, before);
  const { code, stderr } = await join(args, config);
  assert.equal(code, 1, stderr);
  assert.ok(typeof text === "string" ? stderr.includes(text) : text.test(stderr), stderr);
  assert.equal(await Deno.readTextFile(config), before);
  for (
    const name of ["kubeconfig", "k3s/token", "k3s/node-password", "pki/kubelet-client.key.tmp"]
  ) {
    await assert.rejects(Deno.lstat(`${dir}/root/${name}`), Deno.errors.NotFound, name);
  }
}

Deno.test("a machine joins a k3s cluster by the server's token", async (t) => {
  await using machine = await startMachine();
  const { cluster, lab, program, supervisor, join } = machine;
  const { rootDir, dir } = program;
  const config = `${dir}/config.yaml`;

  await t.step(
    "before any credential leaves, the server must be the one of the token",
    async () => {
      const wrong = `K10${"0".repeat(64)}::server:${supervisor.password}`;
      const args = [supervisor.server, "--token", wrong, "--node-name", NAME];
      await refused(machine, args, "another one than the token is for");
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
});
