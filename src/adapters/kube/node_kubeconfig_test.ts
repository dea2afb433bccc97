/** What a node's kubeconfig says, and how it comes to name the node's own certificate. */
import assert from "node:assert/strict";
import { pairFor } from "../../../tests/contract/certificate_store_suite.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { kubeconfigText } from "../../core/kube/kubeconfig_text.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Unavailable } from "../../ports/errors.ts";
import { generateKey } from "../x509/generate_key.ts";
import { nodeKubeconfig } from "./node_kubeconfig.ts";

function stage({ bootstrap = true } = {}) {
  const folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  const kubeconfig = nodeKubeconfig({
    path: at("etc/kubeconfig"),
    bootstrapPath: bootstrap ? at("bootstrap") : undefined,
    certificatePath: at("current.pem"),
  });
  Deno.mkdirSync(at("etc"));
  return { at, kubeconfig, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const pair = (): KeyPair => pairFor(generateKey());

function cluster(server: string) {
  return { server, authority: undefined, proxyUrl: undefined };
}

function embedded({ certificate, key }: KeyPair, server: string): string {
  const data = (text: string): string => btoa(text);
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{
      name: "u",
      user: { "client-certificate-data": data(certificate), "client-key-data": data(key) },
    }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

Deno.test("a kubeconfig that is not there is none, and says so", async () => {
  using all = stage();
  const credential = await all.kubeconfig.read();
  assert(credential.kind === "None");
  assert.match(credential.why, /etc\/kubeconfig cannot be read/);
});

Deno.test("a certificate inside a kubeconfig is read, and is not the agent's own", async () => {
  using all = stage();
  const given = pair();
  Deno.writeTextFileSync(all.at("etc/kubeconfig"), embedded(given, "https://a"));
  const expected = { kind: "Certificate", pair: given, isOwn: false };
  assert.deepEqual(await all.kubeconfig.read(), expected);
});

Deno.test("a token is another credential", async () => {
  using all = stage();
  const text = kubeconfigText({ cluster: cluster("https://a"), user: { token: "t" } });
  Deno.writeTextFileSync(all.at("etc/kubeconfig"), text);
  assert.deepEqual(await all.kubeconfig.read(), { kind: "Other" });
});

Deno.test("a certificate whose file is missing or whose key is another's is none", async () => {
  using all = stage();
  const certificatePath = all.at("current.pem");
  const text = kubeconfigText({ cluster: cluster("https://a"), user: { certificatePath } });
  Deno.writeTextFileSync(all.at("etc/kubeconfig"), text);
  const missing = await all.kubeconfig.read();
  assert(missing.kind === "None");
  assert.match(missing.why, /current.pem, which the kubeconfig names, cannot be read/);
  Deno.writeTextFileSync(certificatePath, pair().certificate + generateKey());
  const wrong = await all.kubeconfig.read();
  assert(wrong.kind === "None");
  assert.match(wrong.why, /the key is not the certificate's/);
});

Deno.test("a bootstrap kubeconfig may come and go", async () => {
  using all = stage();
  assert(!await all.kubeconfig.hasBootstrap());
  Deno.writeTextFileSync(all.at("bootstrap"), "");
  assert(await all.kubeconfig.hasBootstrap());
  assert(
    !await nodeKubeconfig({ path: "/a", bootstrapPath: undefined, certificatePath: "/b" })
      .hasBootstrap(),
  );
});

Deno.test("a new kubeconfig names the bootstrap one's cluster and the node's certificate, for root alone", async () => {
  using all = stage();
  const { at, kubeconfig } = all;
  const text = kubeconfigText({ cluster: cluster("https://boot:6443"), user: { token: "t" } });
  Deno.writeTextFileSync(at("bootstrap"), text);
  const own = pair();
  Deno.writeTextFileSync(at("current.pem"), own.certificate + own.key);
  await kubeconfig.useOwnCertificate();
  assert.deepEqual(await kubeconfig.read(), { kind: "Certificate", pair: own, isOwn: true });
  const written = Deno.readTextFileSync(at("etc/kubeconfig"));
  assert.match(written, /server: https:\/\/boot:6443\n/);
  assert.equal((Deno.statSync(at("etc/kubeconfig")).mode ?? 0) & 0o777, 0o600);
});

Deno.test("a kubeconfig that names the node's certificate already is left as it is", async () => {
  using all = stage();
  const { at, kubeconfig } = all;
  const certificatePath = at("current.pem");
  const text = `# mine\n${
    kubeconfigText({ cluster: cluster("https://a"), user: { certificatePath } })
  }`;
  Deno.writeTextFileSync(at("etc/kubeconfig"), text);
  await kubeconfig.useOwnCertificate();
  assert.equal(Deno.readTextFileSync(at("etc/kubeconfig")), text);
});

Deno.test("without a bootstrap kubeconfig the cluster stays the one that was named", async () => {
  using all = stage({ bootstrap: false });
  const { at, kubeconfig } = all;
  Deno.writeTextFileSync(at("etc/kubeconfig"), embedded(pair(), "https://a"));
  const own = pair();
  Deno.writeTextFileSync(at("current.pem"), own.certificate + own.key);
  await kubeconfig.useOwnCertificate();
  assert.deepEqual(await kubeconfig.read(), { kind: "Certificate", pair: own, isOwn: true });
  assert.match(Deno.readTextFileSync(at("etc/kubeconfig")), /server: https:\/\/a\n/);
});

Deno.test("without any cluster to name nothing is written", async () => {
  using all = stage();
  await assert.rejects(all.kubeconfig.useOwnCertificate(), Unavailable);
  assert.deepEqual([...Deno.readDirSync(all.at("etc"))], []);
});
