/** A machine joins a cluster, joins again, and fails to join: what is on its disk afterwards, and what a person reads. */
import assert from "node:assert/strict";
import { fakeAuthority, privateKey } from "../../../tests/fakes/certificate_authority.ts";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { type JoinableCluster, joinableCluster } from "../../../tests/fakes/joinable_cluster.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeService } from "../../../tests/fakes/service.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import type { Access } from "../../adapters/kube/access.ts";
import { nodeKubeconfig } from "../../adapters/kube/node_kubeconfig.ts";
import { rotatingPair } from "../../adapters/x509/rotating_pair.ts";
import { nodeTemplate } from "../../core/kube/certificate_request.ts";
import { configMaps, nodes } from "../../core/kube/resource.ts";
import { Failed } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import type { NodeFlags } from "./plan.ts";
import { joinCluster } from "./join.ts";

/** A machine and a cluster. */
function stage(config: string | null = "") {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  const clock = fakeClock();
  const cluster = joinableCluster();
  const { server, token } = cluster;
  const kube = fakeKube({ clock });
  const metadata = { name: "cluster-info", namespace: "kube-public" };
  kube.server.put(configMaps, { metadata, data: cluster.info() });
  const service = fakeService();
  const said: string[] = [];
  const credentials: Access[] = [];
  const rootLine = `rootDir: ${at("root")}\n`;
  const text = config === null
    ? null
    : `${config}${
      config === "" ? "" : "---\n"
    }apiVersion: config.skerry.dev/v1alpha1\nkind: SkerryConfiguration\n${rootLine}`;
  if (text !== null) Deno.writeTextFileSync(at("config.yaml"), text);
  let problem = "";

  /** What the agent does once it runs. */
  async function agentGetsCertificate(): Promise<void> {
    const store = rotatingPair({ dir: at("root/pki"), prefix: "kubelet-client", clock });
    const key = await store.nextKey();
    const certificate = fakeAuthority().issue({
      ...nodeTemplate({ nodeName: "edge-1" }),
      serialNumber: 1n,
      notBefore: clock.now(),
      notAfter: clock.now() + 3_600_000,
    }, privateKey(key).publicKey);
    await store.save({ certificate, key });
    await nodeKubeconfig({
      path: at("root/kubeconfig"),
      bootstrapPath: at("root/bootstrap.kubeconfig"),
      certificatePath: store.path,
    }).useOwnCertificate();
  }

  interface Given {
    readonly pins?: readonly string[];
    readonly node?: NodeFlags;
    readonly timeoutMs?: number;
    readonly systemd?: boolean;
    readonly signal?: AbortSignal;
    /** Another cluster answers. */
    readonly by?: JoinableCluster;
  }

  function join(given: Given = {}): Promise<void> {
    const { pins = [cluster.pin], node = {}, timeoutMs = 60_000, systemd = true } = given;
    const { signal = new AbortController().signal, by = cluster } = given;
    return joinCluster({
      request: { server, token, pins },
      input: { configPath: at("config.yaml"), node, hostname: "edge-1" },
      timeoutMs,
    }, {
      clock,
      say: (line) => Promise.resolve(void said.push(line)),
      unverified: () => Promise.resolve({ data: by.info(), serverTime: clock.now() }),
      verified: () => ({
        ...kube,
        get: <T>() => Promise.resolve({ data: by.info() } as T),
        close: () => {},
      }),
      authenticated(access) {
        credentials.push(access);
        return { ...kube, close: () => {} };
      },
      service: systemd ? service : null,
      problem: () => Promise.resolve(problem),
    }, signal);
  }

  return {
    at,
    clock,
    cluster,
    kube,
    service,
    said,
    credentials,
    text,
    agentGetsCertificate,
    join,
    setProblem: (next: string) => void (problem = next),
    /** All files with their content. */
    files: () => contents(folder.path),
    [Symbol.dispose]() {
      kube.close();
      folder[Symbol.dispose]();
    },
  };
}

function contents(path: string): Readonly<Record<string, string>> {
  const found = [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) => {
    const inner = `${path}/${name}`;
    return isDirectory ? Object.entries(contents(inner)) : [[inner, Deno.readTextFileSync(inner)]];
  });
  return Object.fromEntries(found);
}

/** Lets time pass until a call that waits has ended; gives what it failed with. */
async function through(call: Promise<void>, { clock }: { readonly clock: FakeClock }) {
  let outcome: { readonly error: unknown } | undefined;
  call.then(() => outcome = { error: null }, (error: unknown) => outcome = { error });
  while (outcome === undefined) {
    // Reading files takes turns of the event loop that the clock knows nothing of.
    await Deno.stat("/");
    await clock.advance(100);
  }
  return outcome.error;
}

Deno.test("a machine joins: credential, configuration, service, certificate, and each step is said", async () => {
  using all = stage();
  const { at, service, said, join, credentials, cluster } = all;
  let bootstrap = "";
  service.onStart = async () => {
    bootstrap = Deno.readTextFileSync(at("root/bootstrap.kubeconfig"));
    assert.equal((Deno.statSync(at("root/bootstrap.kubeconfig")).mode ?? 0) & 0o777, 0o600);
    await all.agentGetsCertificate();
  };
  await join();
  assert.match(bootstrap, /token: abcdef.0123456789abcdef\n/);
  assert.match(bootstrap, /server: https:\/\/10.0.0.1:6443\n/);
  assert.deepEqual(service.orders, ["enable", "restart"]);
  assert.deepEqual(said, [
    "Asking https://10.0.0.1:6443 which cluster it is of",
    "https://10.0.0.1:6443 can be trusted: it knows the secret of the token abcdef, and its authority is the one expected",
    `Wrote ${at("config.yaml")}`,
    "The service skerry runs",
    "edge-1 has its certificate: it has joined the cluster at https://10.0.0.1:6443",
  ]);
  assert.equal(
    Deno.readTextFileSync(at("config.yaml")),
    `${all.text}kubeconfig: ${at("root/kubeconfig")}\n` +
      `bootstrapKubeconfig: ${at("root/bootstrap.kubeconfig")}\n---\n` +
      "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n" +
      `authentication:\n  x509:\n    clientCAFile: ${at("root/pki/ca.crt")}\n`,
  );
  assert.equal(Deno.readTextFileSync(at("root/pki/ca.crt")), cluster.ca);
  assert.deepEqual(credentials, [{
    cluster: { server: cluster.server, authorityPem: cluster.ca },
    authorization: "Bearer abcdef.0123456789abcdef",
  }]);
  assert(!(at("root/bootstrap.kubeconfig") in all.files()), "the token does not stay on the disk");
});

Deno.test("what the cluster wants goes into the configuration, where a person has not said it", async () => {
  const kubelet =
    "# mine\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nclusterDomain: mine.example\n";
  using all = stage(kubelet);
  const { at, kube, service, said } = all;
  service.onStart = all.agentGetsCertificate;
  const data = {
    kubelet: "kind: KubeletConfiguration\nclusterDNS: [10.96.0.10]\nclusterDomain: cluster.local\n",
  };
  kube.server.put(configMaps, {
    metadata: { name: "kubelet-config", namespace: "kube-system" },
    data,
  });
  await all.join();
  const text = Deno.readTextFileSync(at("config.yaml"));
  assert(text.startsWith(`${kubelet}clusterDNS:\n- 10.96.0.10\nauthentication:\n`), text);
  assert(said.includes("The cluster gives clusterDNS, clusterDomain"));
});

Deno.test("the node's name, addresses and labels are kept in the configuration", async () => {
  using all = stage();
  all.service.onStart = all.agentGetsCertificate;
  const node = { hostnameOverride: "edge-7", nodeIp: ["10.0.0.7"], nodeLabels: ["site=a", "x=1"] };
  await all.join({ node });
  const text = Deno.readTextFileSync(all.at("config.yaml"));
  const added = 'nodeName: edge-7\nnodeIPs:\n- 10.0.0.7\nnodeLabels:\n  site: a\n  x: "1"\n';
  assert(text.includes(`${added}---\n`), text);
});

Deno.test("who has said whose clients may come to the node's API is not overruled", async () => {
  const kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n" +
    "authentication:\n  x509:\n    clientCAFile: /etc/clients.crt\n";
  using all = stage(kubelet);
  all.service.onStart = all.agentGetsCertificate;
  await all.join();
  assert(Deno.readTextFileSync(all.at("config.yaml")).startsWith(kubelet));
  assert(!(all.at("root/pki/ca.crt") in all.files()));
});

Deno.test("joining again changes nothing and restarts nothing", async () => {
  using all = stage();
  const { service, said, credentials } = all;
  service.onStart = all.agentGetsCertificate;
  await all.join();
  const before = all.files();
  await all.join();
  assert.deepEqual(all.files(), before);
  assert.deepEqual(service.orders, ["enable", "restart"]);
  assert.equal(said.at(-1), "edge-1 is a node of the cluster already");
  assert.equal(credentials.length, 1, "the token is not needed any more");
});

Deno.test("joining again starts a service that does not run", async () => {
  using all = stage();
  const { service } = all;
  service.onStart = all.agentGetsCertificate;
  await all.join();
  service.current = "other";
  await all.join();
  assert.deepEqual(service.orders, ["enable", "restart", "restart"]);
});

Deno.test("a node whose certificate has expired joins again with a new token", async () => {
  using all = stage();
  const { clock, service } = all;
  service.onStart = all.agentGetsCertificate;
  await all.join();
  await clock.advance(24 * 3_600_000);
  await all.join();
  assert.deepEqual(service.orders, ["enable", "restart", "restart"]);
  assert.equal(all.said.at(-1)?.includes("has its certificate"), true);
  const left = Object.keys(all.files()).filter((path) => path.includes("before-join"));
  assert.deepEqual(left, []);
});

Deno.test("a node that joins again stays the same one, whatever its machine calls itself by now", async () => {
  using all = stage();
  const { at, clock, service } = all;
  service.onStart = all.agentGetsCertificate;
  await all.join();
  await clock.advance(24 * 3_600_000);
  const before = all.files();
  await assert.rejects(
    all.join({ node: { hostnameOverride: "new-name" } }),
    (error) =>
      error instanceof CliError &&
      error.message === "this node is called edge-1 in the cluster, and would now be new-name" &&
      error.hint?.includes("--node-name edge-1") === true,
  );
  assert.deepEqual(all.files(), before, "nothing is written");
  Deno.removeSync(at("root/kubeconfig"));
  await all.join({ node: { hostnameOverride: "new-name" } });
  assert.match(Deno.readTextFileSync(at("config.yaml")), /new-name/);
});

Deno.test("a node of another cluster is left where it is", async () => {
  using all = stage();
  all.service.onStart = all.agentGetsCertificate;
  await all.join();
  const before = all.files();
  const other = joinableCluster();
  await assert.rejects(all.join({ by: other, pins: [other.pin] }), (error) => {
    assert(error instanceof CliError);
    assert.match(error.message, /belongs to another cluster already, at https:\/\/10.0.0.1:6443/);
    assert.match(error.hint ?? "", /remove .*root\/kubeconfig and .*kubelet-client-current.pem/);
    return true;
  });
  assert.deepEqual(all.files(), before);
});

Deno.test("nothing is written for a server that does not prove itself", async () => {
  using all = stage(null);
  await assert.rejects(all.join({ pins: ["0".repeat(64)] }), /another one than expected/);
  assert.deepEqual(all.files(), {});
  assert.deepEqual(all.service.orders, []);
  assert.deepEqual(all.credentials, [], "the token's secret was not sent");
});

Deno.test("a configuration that is wrong is told of before anything is asked", async () => {
  using all = stage(
    "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfoo: 1\n",
  );
  await assert.rejects(all.join(), /config.yaml:3:1: foo: unknown field/);
  assert.deepEqual(all.said, []);
});

Deno.test("a node name that is none is told of under the flag's own name", async () => {
  using all = stage();
  await assert.rejects(
    all.join({ node: { hostnameOverride: "my_pi" } }),
    /^CliError: .*\n--node-name: /,
  );
});

Deno.test("a name that a node which is Ready has is refused", async () => {
  using all = stage();
  all.kube.server.put(nodes, {
    metadata: { name: "edge-1" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
  await assert.rejects(all.join(), /the cluster has a node edge-1 that is Ready/);
  assert.deepEqual(Object.values(all.files()), [all.text]);
});

Deno.test("a token that the cluster does not accept for requests is told of", async () => {
  using all = stage();
  all.kube.server.fail({ status: 401, times: Infinity });
  await assert.rejects(all.join(), /does not accept the token for requests/);
});

Deno.test("what a token may not read is done without", async () => {
  using all = stage();
  all.service.onStart = all.agentGetsCertificate;
  all.kube.server.fail({ status: 403, times: Infinity });
  await all.join();
  assert.match(all.said.at(-1) ?? "", /has joined/);
});

for (const wasActive of [false, true]) {
  Deno.test(`a service that does not start leaves all as it was, ${wasActive ? "running" : "stopped"}`, async () => {
    using all = stage();
    const { service, at } = all;
    service.onStart = all.agentGetsCertificate;
    await all.join();
    await all.clock.advance(24 * 3_600_000);
    Deno.writeTextFileSync(at("config.yaml"), all.text ?? "");
    service.enabled = wasActive;
    service.current = wasActive ? "active" : "other";
    const before = all.files();
    const orders = service.orders.length;
    service.failure = new Failed("systemctl restart skerry.service: no");
    const failure = all.join();
    await assert.rejects(failure, wasActive ? /no/ : /systemctl restart skerry.service: no/);
    assert.deepEqual(all.files(), before);
    assert.equal(service.enabled, wasActive);
    const expected = wasActive ? ["restart", "restart"] : ["enable", "restart", "disable", "stop"];
    assert.deepEqual(service.orders.slice(orders), expected);
  });
}

Deno.test("what is waited for is said once; when it takes too long the node goes on trying", async () => {
  using all = stage();
  const { clock, said, at } = all;
  all.setProblem("waiting for the certificate request node-csr-1 to be approved");
  const error = await through(all.join({ timeoutMs: 30_000 }), { clock });
  assert(error instanceof CliError);
  assert.equal(
    error.message,
    "the node has no certificate after 30s: waiting for the certificate request node-csr-1 to be approved",
  );
  assert.equal(said.filter((line) => line.startsWith("waiting for")).length, 1);
  assert(at("root/bootstrap.kubeconfig") in all.files());
  assert.equal(all.service.current, "active");
});

Deno.test("a service that fails while the certificate is waited for is told of", async () => {
  using all = stage();
  const { clock, service } = all;
  service.onStart = () => Promise.resolve(void (service.current = "failed"));
  const error = await through(all.join(), { clock });
  assert(error instanceof CliError);
  assert.equal(error.message, "the service does not come up");
});

Deno.test("where nothing runs services it is said how to start the agent, and its certificate is waited for", async () => {
  using all = stage();
  const { clock, said, at } = all;
  const joining = all.join({ systemd: false });
  while (!(at("config.yaml") in all.files())) await Deno.stat("/");
  // Not while time passes: that may be over before the files are written.
  await all.agentGetsCertificate();
  assert.equal(await through(joining, { clock }), null);
  assert(
    said.includes(`Start the agent, or start it anew: skerry run --config ${at("config.yaml")}`),
  );
  assert.match(said.at(-1) ?? "", /has joined/);
});

Deno.test("who does not want to wait does not", async () => {
  using all = stage();
  await all.join({ timeoutMs: 0, systemd: false });
  assert(all.at("root/bootstrap.kubeconfig") in all.files());
});

Deno.test("Ctrl-C before anything is written leaves nothing behind", async () => {
  using all = stage(null);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(all.join({ signal: stop.signal }));
  assert.deepEqual(all.files(), {});
});
