/** A machine joins a cluster by a token, and its certificates are replaced while it runs, as the real control plane does it. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { type Certificate, parseCertificates } from "../../../src/core/x509/certificate.ts";
import type { SigningRequest } from "../../../src/core/kube/certificate_request.ts";
import { agentArgv, type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { kubeletConfig } from "../../lab/kubelet_config.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import type { RunResult } from "../../lab/run.ts";
import { until } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import type { ClusterNode } from "./cluster_node.ts";
import { untilRow } from "./pods.ts";

const NAME = "edge-1";
const CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING = "kubernetes.io/kubelet-serving";

/** How long certificates are signed for. They are replaced when half of it is over, which a loaded machine must be in time for. */
const LIFE_MS = 40_000;

/** What the cluster wants its nodes to be configured with. */
const KUBELET_CONFIG = [
  "apiVersion: kubelet.config.k8s.io/v1beta1",
  "kind: KubeletConfiguration",
  "clusterDNS: [10.96.0.10]",
  "rotateCertificates: true",
  "serverTLSBootstrap: true",
].join("\n");

/** A cluster, and a machine that is none of its nodes yet. */
interface Machine extends ClusterNode {
  readonly program: LabAgent;
  /** Runs `skerry join` on it. */
  join(args: readonly string[]): Promise<RunResult>;
}

async function startMachine(): Promise<Machine> {
  await using started = new AsyncDisposableStack();
  const lab = started.use(await startLab());
  const controllerManagerFlags = [`--cluster-signing-duration=${LIFE_MS / 1_000}s`];
  const cluster = started.use(await startCluster(lab, { controllerManagerFlags }));
  await cluster.apply(...kubeletConfig(KUBELET_CONFIG));
  const program = await labAgent(lab, { nodeName: NAME });
  const all = started.move();
  return {
    lab,
    cluster,
    name: NAME,
    program,
    join: (args) => lab.exec(agentArgv(["join", ...args])),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The hash as kubeadm prints it. */
function hashOf({ ca }: Cluster): string {
  const parsed = parseCertificates(ca);
  assert(parsed.ok);
  return `sha256:${parsed.value[0].publicKeyHash}`;
}

async function requestsOf(
  { cluster }: Machine,
  signer: string,
): Promise<readonly SigningRequest[]> {
  const response = await cluster.fetch(
    "/apis/certificates.k8s.io/v1/certificatesigningrequests",
  );
  const { items }: { readonly items: readonly SigningRequest[] } = await response.json();
  return items.filter(({ spec }) => spec.signerName === signer);
}

/** Who asked, and who approved it for what reason. */
function storyOf({ spec, status }: SigningRequest): readonly (string | undefined)[] {
  return [spec.username, ...(status?.conditions ?? []).map(({ message }) => message)];
}

/** What the current certificate says. */
async function certificateAt(path: string): Promise<Certificate> {
  const parsed = parseCertificates(await Deno.readTextFile(path));
  assert(parsed.ok);
  return parsed.value[0];
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

/** What the API server answers who proves to be the node with this certificate and key. */
async function answerTo({ ca, outsideServer }: Cluster, pair: string): Promise<number> {
  using client = Deno.createHttpClient({ caCerts: [ca], cert: pair, key: pair, http2: false });
  const response = await fetch(`${outsideServer}/api/v1/nodes/${NAME}`, { client });
  await response.body?.cancel();
  return response.status;
}

/** Oldest first. */
function byAge(requests: readonly SigningRequest[]): readonly SigningRequest[] {
  const created = ({ metadata }: SigningRequest): string => `${metadata?.creationTimestamp}`;
  return requests.toSorted((a, b) => created(a) < created(b) ? -1 : 1);
}

/** Lets the machine join under another configuration, which fails with these texts and leaves all as it was. */
async function refused(
  { lab, join }: Machine,
  { server, token, hash }: {
    readonly server: string;
    readonly token: string;
    readonly hash: string;
  },
  texts: readonly string[],
): Promise<void> {
  const dir = await Deno.makeTempDir({ dir: lab.workDir });
  const config = `${dir}/config.yaml`;
  const text =
    `apiVersion: config.skerry.dev/v1alpha1\nkind: SkerryConfiguration\nrootDir: ${dir}/root\n`;
  await Deno.writeTextFile(config, text);
  const args = ["--token", token, "--ca-cert-hash", hash, "--node-name", "edge-9"];
  const { code, stderr } = await join([server, ...args, "--config", config]);
  assert.equal(code, 1, stderr);
  assert.ok(stderr.startsWith("skerry: "), stderr);
  for (const expected of texts) assert.ok(stderr.includes(expected), stderr);
  assert.equal(await Deno.readTextFile(config), text);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), [
    "config.yaml",
  ]);
}

/** One that the cluster has forgotten by itself. */
async function expiredToken(cluster: Cluster): Promise<string> {
  const { token } = await cluster.bootstrapToken({ expires: new Date(Date.now() + 2_000) });
  const path = `/api/v1/namespaces/kube-system/secrets/bootstrap-token-${token.split(".")[0]}`;
  await until("the token has expired", async () => {
    const response = await cluster.fetch(path);
    await response.body?.cancel();
    return response.status === 404;
  });
  return token;
}

Deno.test("a machine joins a cluster by a token", async (t) => {
  await using machine = await startMachine();
  const { cluster, lab, program, join } = machine;
  const { rootDir, dir } = program;
  const config = `${dir}/config.yaml`;
  const bootstrap = `${rootDir}/bootstrap.kubeconfig`;
  const client = `${rootDir}/pki/kubelet-client-current.pem`;
  const serving = `${rootDir}/pki/kubelet-server-current.pem`;
  const { token } = await cluster.bootstrapToken();
  const [tokenId = ""] = token.split(".");

  await t.step(
    "the command writes what the agent needs, and waits until it is a node",
    async () => {
      const args = ["--token", token, "--ca-cert-hash", hashOf(cluster), "--node-name", NAME];
      const joining = join([cluster.server, ...args, "--config", config]);
      // No systemd here: the command says how to start the agent, and goes on waiting.
      await until("the token is written down", () => isThere(bootstrap));
      assert.equal(await modeOf(bootstrap), 0o600);
      await until(
        "the configuration is",
        async () => (await Deno.readTextFile(config)).includes("bootstrapKubeconfig"),
      );
      await program.start();
      const { code, stdout, stderr } = await joining;
      assert.equal(code, 0, stderr);
      // The signature of a new token may be late.
      const lines = stdout.trim().split("\n").filter((line) => !line.endsWith("; trying for 30s"));
      assert.deepEqual(lines, [
        `Asking ${cluster.server} which cluster it is of`,
        `${cluster.server} can be trusted: it knows the secret of the token ${tokenId}, and its authority is the one expected`,
        "The cluster gives clusterDNS, rotateCertificates, serverTLSBootstrap",
        `Wrote ${config}`,
        `Start the agent, or start it anew: skerry run --config ${config}`,
        `${NAME} has its certificate: it has joined the cluster at ${cluster.server}`,
      ]);
    },
  );
  const firstPair = await Deno.readTextFile(client);
  const first = await certificateAt(client);
  const { pid } = program;

  await t.step("the controller manager has approved its request, as kubeadm lets it", async () => {
    const [request] = await requestsOf(machine, CLIENT);
    assert(request !== undefined);
    assert.deepEqual(storyOf(request), [
      `system:bootstrap:${tokenId}`,
      "Auto approving kubelet client certificate after SubjectAccessReview.",
    ]);
    assert.deepEqual(request.spec.usages, ["digital signature", "client auth"]);
    assert.deepEqual(
      [first.commonName, first.organizations],
      [`system:node:${NAME}`, ["system:nodes"]],
    );
  });

  await t.step("keys can be read by root only, and the token is on the disk no more", async () => {
    assert.equal(await modeOf(`${rootDir}/kubeconfig`), 0o600);
    assert.equal(await modeOf(client), 0o600);
    assert.equal(await modeOf(`${rootDir}/pki`), 0o700);
    assert.ok(!await isThere(bootstrap));
    assert.doesNotMatch(await Deno.readTextFile(config), new RegExp(token));
  });

  await t.step("a pod runs on it, after the cluster has forgotten the token", async () => {
    await cluster.kubectl(["delete", "secret", "-n", "kube-system", `bootstrap-token-${tokenId}`]);
    await untilNodeReady(cluster, NAME);
    await cluster.apply(scriptPod("web", `echo hello; ${FOREVER}`));
    assert.equal((await untilRow(machine, "web", "1/1 Running")).spec.nodeName, NAME);
  });

  await t.step("its serving certificate waits for a person, who reads what to do", async () => {
    const waiting = /kubectl (certificate approve \S+)/;
    const status = async () => (await program.skerry(["status"])).stdout;
    await until("it is asked for", async () => waiting.test(await status()));
    const text = await status();
    assert.match(
      text,
      /no serving certificate yet\n +waiting for the certificate request \S+ to be approved/,
    );
    const [request] = await requestsOf(machine, SERVING);
    assert(request !== undefined);
    assert.deepEqual(storyOf(request), [`system:node:${NAME}`], "nobody has approved it");
    assert.deepEqual(request.spec.usages, ["digital signature", "server auth"]);
    assert.ok(!await isThere(serving));

    await cluster.kubectl(waiting.exec(text)?.[1]?.split(" ") ?? []);
    await until("it is written down", () => isThere(serving));
    assert.equal(await modeOf(serving), 0o600);
    const { commonName, dnsNames, ips } = await certificateAt(serving);
    assert.deepEqual({ commonName, dnsNames, ips }, {
      commonName: `system:node:${NAME}`,
      dnsNames: [NAME],
      ips: [lab.nodeAddress],
    });
    const issued = new X509Certificate(await Deno.readTextFile(serving));
    assert.ok(issued.verify(new X509Certificate(cluster.ca).publicKey));
    assert.match(await status(), /serving certificate expires in \d+s/);
  });

  await t.step("with it the API server comes to the node's own API", async () => {
    const log = async () => (await cluster.tryKubectl(["logs", "web"])).stdout;
    await until("it answers", async () => await log() !== "");
    assert.equal(await log(), "hello\n");
  });

  await t.step("what is wrong is said, and nothing is written", async () => {
    const good = { server: cluster.server, token, hash: hashOf(cluster) };
    const { token: other } = await cluster.bootstrapToken();
    const [otherId = ""] = other.split(".");
    await Promise.all([
      refused(machine, { ...good, token: other, hash: `sha256:${"0".repeat(64)}` }, [
        "the cluster's certificate authority is another one than expected: its hash is " +
        `${hashOf(cluster)}, which is not among those given`,
      ]),
      refused(machine, { ...good, token: `${otherId}.0123456789abcdef` }, [
        `the server's cluster-info is not signed with the secret of the token ${otherId}: `,
      ]),
      refused(machine, { ...good, token: await expiredToken(cluster) }, [
        "the cluster does not know the token ",
        ", or it has expired; `kubeadm token create` makes a new one\n",
      ]),
      refused(machine, { ...good, server: `${lab.nodeAddress}:9` }, [
        `cannot reach https://${lab.nodeAddress}:9: nobody listens there\n`,
      ]),
    ]);
  });

  await t.step(
    "its client certificate is replaced while it runs, and the old one is missed by nobody",
    async () => {
      const expired = async () => await lastHeartbeat(machine) > first.notAfter;
      const left = first.notAfter - Date.now();
      assert.ok(
        await waitUntil(expired, { timeoutMs: left + 30_000 }),
        "no heartbeat after it has expired",
      );
      assert.notEqual((await certificateAt(client)).publicKeyHash, first.publicKeyHash);
      assert.equal(await answerTo(cluster, firstPair), 401);
      assert.equal(await answerTo(cluster, await Deno.readTextFile(client)), 200);
      const [, ...rotations] = byAge(await requestsOf(machine, CLIENT));
      assert.ok(rotations.length > 0);
      for (const rotation of rotations) {
        assert.deepEqual(storyOf(rotation), [
          `system:node:${NAME}`,
          "Auto approving self kubelet client certificate after SubjectAccessReview.",
        ]);
      }
      await cluster.apply(scriptPod("later", FOREVER));
      await untilRow(machine, "later", "1/1 Running");
      await untilRow(machine, "web", "1/1 Running");
      assert.equal(program.pid, pid, "the agent was not restarted");
      assert.doesNotMatch(await Deno.readTextFile(program.logPath), /Unauthorized/);
    },
  );

  await t.step("it starts again with what it has", async () => {
    await program.stop();
    const before = await lastHeartbeat(machine);
    await program.start();
    await until("it is alive", async () => await lastHeartbeat(machine) > before);
    await untilNodeReady(cluster, NAME);
  });
});
