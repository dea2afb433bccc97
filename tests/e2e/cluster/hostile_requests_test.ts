/** What no honest client sends, put to Skerry and to the real kubelet beside it: both give the answers of one table, and where they differ it says why. */
import assert from "node:assert/strict";
import { hostilePaths, hostileRequests } from "../../fakes/hostile_requests.ts";
import { type TestAuthority, testAuthority, type Wanted } from "../../fakes/test_pki.ts";
import { labAgent } from "../../lab/agent.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { labKubelet, untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { ask, type Caller } from "./node_api.ts";
import type { RawAnswers, RawRequests } from "./raw_requests_program.ts";

const program = new URL("./raw_requests_program.ts", import.meta.url).pathname;
const port = 10250;

/** A server to be asked, and who asks it. */
interface Asked {
  readonly lab: Lab;
  readonly cluster: Cluster;
}

async function answersOf(
  { lab, cluster }: Asked,
  sent: Readonly<Record<string, string>>,
): Promise<RawAnswers> {
  const { clientCertificate: cert, clientKey: key } = await cluster.pki.client("admin");
  const requests: RawRequests = { hostname: lab.nodeAddress, port, cert, key, sent };
  const deno = [Deno.execPath(), "run", "--no-lock", "-A"] as const;
  const { code, stdout, stderr } = await lab.exec(
    [...deno, "--unsafely-ignore-certificate-errors", program],
    { stdin: JSON.stringify(requests) },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** Of each answer that stands there the number: the words behind it are nobody's business. */
function codesOf(answer = ""): readonly string[] {
  return [...answer.matchAll(/HTTP\/1\.[01] (\d+) /g)].map(([, code = ""]) => code);
}

function lastOf(answer: string | undefined, count: number): readonly string[] {
  return codesOf(answer).slice(-count);
}

function codeOf(status: string): string {
  return status.split(" ")[0] ?? "";
}

function pathRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n`;
}

/** Certificates that must not count, and one that does. */
const certificates: Readonly<Record<string, Omit<Wanted, "commonName" | "organizations">>> = {
  valid: { purpose: "client" },
  expired: { purpose: "client", from: -2, until: -1 },
  "not-yet-valid": { purpose: "client", from: 1, until: 2 },
  "wrong-purpose": { purpose: "server" },
};

async function caller(
  authority: TestAuthority,
  { dir, name, wanted }: {
    readonly dir: string;
    readonly name: string;
    readonly wanted: Omit<Wanted, "commonName" | "organizations">;
  },
): Promise<Caller> {
  const pair = authority.issue({ commonName: name, organizations: ["system:masters"], ...wanted });
  await Deno.writeTextFile(`${dir}/${name}.crt`, pair.certificate);
  await Deno.writeTextFile(`${dir}/${name}.key`, pair.key);
  return { certificate: `${dir}/${name}` };
}

/** The alert with which a handshake of this version ends; "" where it succeeds. */
async function handshake({ lab }: Asked, version: string): Promise<string> {
  const address = `${lab.nodeAddress}:${port}`;
  const { stdout, stderr } = await lab.exec(
    ["openssl", "s_client", "-connect", address, version, "-cipher", "ALL:@SECLEVEL=0"],
    { stdin: "" },
  );
  if (/New, TLSv1/.test(stdout)) return "";
  return /alert ([a-z ]+)/.exec(stderr)?.[1] ?? stderr;
}

Deno.test("hostile requests have the kubelet's answers", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await using machine = await startLab({ nodeAddress: "10.99.0.2" });
  await cluster.connect(machine);
  const authority = testAuthority("clients");
  const ca = `${cluster.pki.dir}/clients.crt`;
  const clusterCa = await Deno.readTextFile(`${cluster.pki.dir}/ca.crt`);
  await Deno.writeTextFile(ca, `${clusterCa}\n${authority.certificate}`);
  const config = { authentication: { x509: { clientCAFile: ca } } };
  const kubeconfig = await cluster.nodeKubeconfig("edge-1");
  const agent = await labAgent(lab, { nodeName: "edge-1", kubeconfig, kubelet: config });
  await using kubelet = await labKubelet(machine, cluster, { config });
  await Promise.all([agent.start(), kubelet.start()]);
  await using _agent = { [Symbol.asyncDispose]: () => agent.stop() };
  await Promise.all(["edge-1", kubelet.nodeName].map((name) => untilNodeReady(cluster, name)));
  const skerry: Asked = { lab, cluster };
  const real: Asked = { lab: machine, cluster };
  const isServed = async (lab: Lab) =>
    (await ask({ lab }, "/pods").catch(() => null))?.status === 401;
  for (const each of [lab, machine]) {
    assert.ok(await waitUntil(() => isServed(each), { timeoutMs: 60_000, intervalMs: 200 }));
  }

  const sent = Object.fromEntries([
    ...Object.entries(hostileRequests).map(([title, each]) => [title, each.sent]),
    ...Object.keys(hostilePaths).map((path) => [path, pathRequest(path)]),
  ]);
  const [ours, theirs] = await Promise.all([answersOf(skerry, sent), answersOf(real, sent)]);
  for (const [title, { answers, kubelet }] of Object.entries(hostileRequests)) {
    await t.step(title, () => {
      const expected = kubelet?.answers ?? answers;
      assert.deepEqual(lastOf(ours[title], answers.length), answers.map(codeOf), "Skerry");
      assert.deepEqual(lastOf(theirs[title], expected.length), expected.map(codeOf), "the kubelet");
    });
  }
  for (const path of Object.keys(hostilePaths)) {
    await t.step(path, () => {
      const [our, their] = [ours[path], theirs[path]].map((answer = "") => ({
        status: codesOf(answer)[0],
        location: /\r\nlocation: (.*)\r\n/i.exec(answer)?.[1],
      }));
      assert.deepEqual(our, their);
    });
  }
  const dir = cluster.pki.dir;
  for (const [name, wanted] of Object.entries(certificates)) {
    await t.step(`a certificate that is ${name}`, async () => {
      const who = await caller(authority, { dir, name, wanted });
      const [our, their] = await Promise.all(
        [skerry, real].map((each) => ask(each, "/healthz", who)),
      );
      assert.deepEqual(our, their);
      assert.equal(our?.status, name === "valid" ? 200 : 401);
    });
  }
  await t.step("a certificate of a wrong authority", async () => {
    const wanted = { purpose: "client" } as const;
    const who = await caller(testAuthority("clients"), { dir, name: "foreign", wanted });
    const answers = await Promise.all([skerry, real].map((each) => ask(each, "/healthz", who)));
    assert.deepEqual(answers[0], answers[1]);
    assert.equal(answers[0]?.status, 401);
  });
  for (const version of ["-tls1", "-tls1_1", "-tls1_2"]) {
    await t.step(`openssl s_client ${version}`, async () => {
      const alerts = await Promise.all([skerry, real].map((each) => handshake(each, version)));
      // Deno's TLS has no better word for a version that it does not speak.
      const refused = ["handshake failure", "protocol version"];
      assert.deepEqual(alerts, version === "-tls1_2" ? ["", ""] : refused);
    });
  }
});
