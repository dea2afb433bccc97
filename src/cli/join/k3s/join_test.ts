/** A machine joins a k3s cluster, joins again, and fails to join: what is on its disk afterwards, what a person reads, and what was sent. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../../tests/fakes/kube_api.ts";
import { opensslBundle } from "../../../../tests/fakes/openssl_bundle.ts";
import { fakeRandom } from "../../../../tests/fakes/random.ts";
import { fakeService } from "../../../../tests/fakes/service.ts";
import { fakeSupervisorServer } from "../../../../tests/fakes/supervisor_server.ts";
import { temporaryFolder } from "../../../../tests/fakes/temporary_folder.ts";
import { fixedAccess } from "../../../adapters/kube/access.ts";
import { connectSupervisor } from "../../../adapters/k3s/supervisor.ts";
import { minute } from "../../../core/instant.ts";
import { parseK3sToken } from "../../../core/k3s/token.ts";
import { nodes } from "../../../core/kube/resource.ts";
import { Failed } from "../../../ports/errors.ts";
import { CliError } from "../../command.ts";
import { joinK3s } from "./join.ts";

const NAME = "edge-1";
const SERVER = "https://10.0.0.1:6443";

function stage() {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  const clock = fakeClock();
  const server = fakeSupervisorServer({ clock });
  const kube = fakeKube({ clock });
  const service = fakeService();
  const said: string[] = [];
  const text = `apiVersion: config.skerry.dev/v1alpha1\nkind: SkerryConfiguration\nrootDir: ${
    at("root")
  }\n`;
  Deno.writeTextFileSync(at("config.yaml"), text);
  let serverTime = 0;

  async function join(given: { readonly token?: string } = {}): Promise<void> {
    const token = parseK3sToken(given.token ?? server.token);
    assert(token.ok);
    const joining = joinK3s({
      request: { server: SERVER, token: token.value },
      input: { configPath: at("config.yaml"), node: {}, hostname: NAME },
    }, {
      clock,
      random: fakeRandom(),
      say: (line) => Promise.resolve(void said.push(line)),
      unverifiedCa: () => Promise.resolve({ pem: server.ca, serverTime: clock.now() + serverTime }),
      supervisor: (access) =>
        connectSupervisor({
          access: fixedAccess(access),
          clock,
          userAgent: "test",
          openTransport: server.openTransport,
        }),
      authenticated: () => ({ ...kube, close: () => {} }),
      service,
    }, new AbortController().signal);
    let isOver = false;
    joining.then(() => isOver = true, () => isOver = true);
    // Files take turns of the event loop that the clock knows nothing of, so time passes meanwhile.
    while (!isOver) {
      await Deno.stat("/");
      await clock.advance(100);
    }
    await joining;
  }

  return {
    at,
    server,
    kube,
    service,
    said,
    text,
    join,
    read: (name: string) => Deno.readTextFileSync(at(name)),
    modeOf: (name: string) => (Deno.statSync(at(name)).mode ?? 0) & 0o777,
    /** Names of the files below the root. */
    files: () => filesIn(at("root")),
    setClock: (ms: number) => void (serverTime = ms),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function filesIn(dir: string): readonly string[] {
  try {
    return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesIn(`${dir}/${name}`) : [name]
    ).sort();
  } catch {
    return [];
  }
}

async function refused(joining: Promise<void>, text: RegExp): Promise<void> {
  await assert.rejects(joining, (error) => {
    assert(error instanceof CliError);
    assert.match(error.message, text);
    return true;
  });
}

Deno.test("a machine joins: certificate, configuration and service, and each step is said", async () => {
  using all = stage();
  await all.join();
  assert.deepEqual(all.said, [
    `Asking ${SERVER} which cluster it is of`,
    `${SERVER} can be trusted: its authority is the one that the token is for`,
    `Wrote ${all.at("config.yaml")}`,
    "The service skerry runs",
    `${NAME} has its certificate: it has joined the cluster at ${SERVER}`,
  ]);
  assert.deepEqual(all.service.orders, ["enable", "restart"]);
  const config = all.read("config.yaml");
  for (
    const line of ["k3sServer: https://10.0.0.1:6443", "- 10.43.0.10", "serverTLSBootstrap: true"]
  ) {
    assert.ok(config.includes(line), config);
  }
  assert.doesNotMatch(config, /bootstrapKubeconfig/);
  for (const name of ["kubeconfig", "k3s/token", "k3s/node-password"]) {
    assert.equal(all.modeOf(`root/${name}`), 0o600, name);
  }
  assert.equal(all.read("root/k3s/apiservers.json"), '["10.0.0.1:6443","10.0.0.2:6443"]\n');
  assert.equal(all.server.nodePasswords.get(NAME), all.read("root/k3s/node-password").trim());
});

Deno.test("joining again changes nothing, asks for no certificate and restarts nothing", async () => {
  using all = stage();
  await all.join();
  all.kube.server.put(nodes, { metadata: { name: NAME } });
  const before = [all.read("config.yaml"), all.read("root/k3s/node-password"), ...all.files()];
  await all.join();
  assert.deepEqual(
    [all.read("config.yaml"), all.read("root/k3s/node-password"), ...all.files()],
    before,
  );
  assert.equal(all.said.at(-1), `${NAME} is a node of the cluster already`);
  assert.deepEqual(all.service.orders, ["enable", "restart"]);
  assert.equal(all.server.seen.filter(({ nodePassword }) => nodePassword !== "").length, 1);
});

Deno.test("a Node that was deleted is registered again", async () => {
  using all = stage();
  await all.join();
  await all.join();
  assert.deepEqual(all.service.orders, ["enable", "restart", "restart"]);
});

Deno.test("nothing is sent to a server that is not the one of the token, and nothing written", async () => {
  using all = stage();
  const token = all.server.token.replace(/^K10.{64}/, `K10${"0".repeat(64)}`);
  await refused(
    all.join({ token }),
    /another one than the token is for: .*; no credential was sent/,
  );
  assert.deepEqual(all.server.seen, []);
  assert.deepEqual(all.files(), []);
  assert.equal(all.read("config.yaml"), all.text);
});

Deno.test("a short token is kept with the hash of the server that was trusted", async () => {
  using all = stage();
  await all.join({ token: all.server.password });
  const [hash] = all.server.token.split("::");
  assert.equal(all.read("root/k3s/token"), `${hash}::node:${all.server.password}\n`);
  assert.match(all.said[1] ?? "", /it was the first to answer/);
});

Deno.test("an authority that was replaced below the same root is taken up, by the same token", async () => {
  using all = stage();
  const { authority, intermediate, root, rootHash } = opensslBundle;
  const token = `K10${rootHash}::server:${all.server.password}`;
  all.server.ca = authority + intermediate + root;
  await all.join({ token });
  all.kube.server.put(nodes, { metadata: { name: NAME } });
  const password = all.read("root/k3s/node-password");
  all.server.ca = intermediate + root;
  await all.join({ token });
  assert.equal(all.said.at(-1), `${NAME} is a node of the cluster already`);
  assert.equal(all.read("root/k3s/server-ca.crt"), intermediate + root);
  assert.ok(all.read("root/kubeconfig").includes(btoa(intermediate + root)));
  assert.equal(all.read("root/k3s/node-password"), password);
  assert.deepEqual(all.service.orders, ["enable", "restart", "restart"]);
});

Deno.test("a node of another cluster is left where it is", async () => {
  using all = stage();
  await all.join();
  const kubeconfig = all.read("root/kubeconfig");
  const { authority, intermediate, root, rootHash } = opensslBundle;
  all.server.ca = authority + intermediate + root;
  const token = `K10${rootHash}::server:${all.server.password}`;
  await refused(all.join({ token }), /belongs to another cluster already/);
  assert.equal(all.read("root/kubeconfig"), kubeconfig);
});

Deno.test("a name that another machine has is refused, and all is as it was", async () => {
  using all = stage();
  all.server.nodePasswords.set(NAME, "f".repeat(32));
  await refused(all.join(), /knows edge-1 by another node password/);
  assert.deepEqual(all.files(), []);
  assert.equal(all.read("config.yaml"), all.text);
});

Deno.test("a token that the server does not accept is told of", async () => {
  using all = stage();
  await refused(all.join({ token: `${all.server.token}x` }), /does not accept the token/);
  assert.ok(all.server.seen.every(({ nodePassword }) => nodePassword === ""));
});

Deno.test("a server that is busy is asked again, when it says; one that stays so is given up", async () => {
  using all = stage();
  all.server.fail({ path: "/v1-k3s/config", times: 2, status: 429, retryAfter: "4" });
  all.server.fail({ path: "/v1-k3s/client-kubelet.crt", times: 1, half: true });
  await all.join();
  const told = all.said.filter((line) => line.endsWith("; trying for 30s"));
  assert.deepEqual(told, [
    "ordered by the test; trying for 30s",
    "the server's answer is not a whole certificate; trying for 30s",
  ]);

  using other = stage();
  other.server.fail({ path: "/v1-k3s/config", times: Infinity, status: 503 });
  await refused(other.join(), /^ordered by the test$/);
  assert.deepEqual(other.files(), []);
});

Deno.test("a clock that differs from the server's is told of", async () => {
  using all = stage();
  all.setClock(10 * minute);
  await all.join();
  assert.match(all.said[1] ?? "", /^this machine's clock shows .*, the server's .*: set it/);
});

Deno.test("a service that does not start leaves all as it was", async () => {
  using all = stage();
  all.service.failure = new Failed("Job failed");
  await assert.rejects(all.join(), Failed);
  assert.deepEqual(all.files(), []);
  assert.equal(all.read("config.yaml"), all.text);
});

Deno.test("a configuration that says what the cluster says too is not overruled", async () => {
  using all = stage();
  const own =
    "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nclusterDNS: [10.9.9.9]\n";
  Deno.writeTextFileSync(all.at("config.yaml"), `${own}---\n${all.text}`);
  await all.join();
  assert.match(all.read("config.yaml"), /clusterDNS: \[ ?10\.9\.9\.9 ?\]/);
  assert.match(all.read("config.yaml"), /clusterDomain: cluster\.local/);
  const joined = JSON.parse(all.read("root/k3s/joined.json"));
  assert.deepEqual(
    Object.keys(joined.KubeletConfiguration).sort(),
    ["authentication", "clusterDomain", "serverTLSBootstrap"],
  );
});
