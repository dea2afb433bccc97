/** The signed words of a cluster that a machine does not trust yet. */
import assert from "node:assert/strict";
import { detachedSignature, readClusterInfo } from "./cluster_info.ts";

/** The known answers of k8s.io/cluster-bootstrap's own test. */
const known = [
  {
    content: "Hello from the other side. I must have called a thousand times.",
    secret: "my voice is my passcode",
    signature: "VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8",
  },
  {
    content: "",
    secret: "my voice is my passcode",
    signature: "7Ui1ALizW4jXphVUB7xUqC9vLYLL9RZeOFfVLoB7Tgk",
  },
];
for (const { content, secret, signature } of known) {
  Deno.test(`the signature of "${content}" is that of Kubernetes`, () => {
    assert.equal(
      detachedSignature(content, { id: "joshua", secret }),
      `eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..${signature}`,
    );
  });
}

const token = { id: "abcdef", secret: "0123456789abcdef" };

function kubeconfig(cluster: string, name = ""): string {
  return `apiVersion: v1\nkind: Config\nclusters:\n- name: "${name}"\n  cluster: ${cluster}\n`;
}
const cluster = `{server: "https://10.0.0.1:6443", certificate-authority-data: ${btoa("PEM")}}`;

function signed(text: string, by = token): Readonly<Record<string, string>> {
  return { kubeconfig: text, [`jws-kubeconfig-${by.id}`]: detachedSignature(text, by) };
}

for (const name of ["", "kubernetes"]) {
  Deno.test(`a signed kubeconfig tells the server and its authority, of the cluster "${name}"`, () => {
    const text = kubeconfig(cluster, name);
    assert.deepEqual(readClusterInfo(signed(text), token), {
      ok: true,
      value: { kubeconfig: text, server: "https://10.0.0.1:6443", certificateAuthority: "PEM" },
    });
  });
}

const refused = [
  { what: "nothing", data: {}, message: /has no kubeconfig/, mayCome: false },
  {
    what: "the signature of another token only",
    data: signed(kubeconfig(cluster), { ...token, id: "zzzzzz" }),
    message: /does not know the token abcdef, or it has expired/,
    mayCome: true,
  },
  {
    what: "a signature made with another secret",
    data: signed(kubeconfig(cluster), { ...token, secret: "x".repeat(16) }),
    message: /not signed with the secret of the token abcdef/,
    mayCome: false,
  },
  {
    what: "a kubeconfig that was changed after it was signed",
    data: { ...signed(kubeconfig(cluster)), kubeconfig: kubeconfig(cluster.replace("1:", "2:")) },
    message: /not signed with the secret/,
    mayCome: false,
  },
  {
    what: "a cluster without authority",
    data: signed(kubeconfig('{server: "https://10.0.0.1:6443"}')),
    message: /names no server with certificate-authority-data/,
    mayCome: false,
  },
  {
    what: "no YAML",
    data: signed("[]["),
    message: /names no server/,
    mayCome: false,
  },
  {
    what: "an authority that is no base64",
    data: signed(kubeconfig('{server: "https://x", certificate-authority-data: "%"}')),
    message: /no base64/,
    mayCome: false,
  },
];
for (const { what, data, message, mayCome } of refused) {
  Deno.test(`cluster-info with ${what} is refused`, () => {
    const read = readClusterInfo(data, token);
    assert(!read.ok);
    assert.match(read.error.message, message);
    assert.equal(read.error.mayCome, mayCome);
  });
}
