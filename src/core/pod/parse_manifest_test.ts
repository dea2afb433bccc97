/** Manifests, good and bad, with the place of each problem. */
import assert from "node:assert/strict";
import type { Pod } from "../k8s.ts";
import { parseManifest } from "./parse_manifest.ts";

const origin = {
  path: "/etc/skerry/manifests/web.yaml",
  nodeName: "Edge-1",
  seenAt: Date.UTC(2026, 0, 2),
};

function parse(text: string): ReturnType<typeof parseManifest> {
  return parseManifest(new TextEncoder().encode(text), origin);
}

function pod(text: string): Pod {
  const parsed = parse(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

const good = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers:
  - name: main
    image: busybox:1
`;

Deno.test("a manifest becomes a static pod of the node, with Kubernetes' defaults", () => {
  const { metadata, spec } = pod(good);
  assert.equal(metadata.name, "web-edge-1");
  assert.equal(metadata.namespace, "default");
  assert.match(metadata.uid, /^[0-9a-f]{32}$/);
  assert.deepEqual(metadata.labels, { app: "web" });
  assert.deepEqual(metadata.annotations, {
    "kubernetes.io/config.hash": metadata.uid,
    "kubernetes.io/config.source": "file",
    "kubernetes.io/config.seen": "2026-01-02T00:00:00.000Z",
  });
  assert.equal(spec.nodeName, "Edge-1");
  assert.equal(spec.restartPolicy, "Always");
  assert.equal(spec.containers[0]?.imagePullPolicy, "IfNotPresent");
  assert.deepEqual(spec.tolerations, [{ operator: "Exists", effect: "NoExecute" }]);
});

Deno.test("JSON with tabs, comments, a document mark and another order of keys give the same pod", () => {
  const same = [
    `${JSON.stringify(JSON.parse(JSON.stringify(readSource())), null, "\t")}\n`,
    `# a comment\n---\n${good}...\n`,
    `---\n---\n${good}`,
    "spec: {containers: [{image: 'busybox:1', name: main}]}\nkind: Pod\napiVersion: v1\n" +
    "metadata: {labels: {app: web}, name: web}\n",
    `\uFEFF${good}`,
    good.replaceAll("\n", "\r\n"),
    `${good}status: {phase: Running}\n`,
  ];
  for (const text of same) assert.deepEqual(pod(text), pod(good), text);
});

function readSource(): unknown {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", labels: { app: "web" } },
    spec: { containers: [{ name: "main", image: "busybox:1" }] },
  };
}

Deno.test("null is as good as nothing", () => {
  const { spec, metadata } = pod(`apiVersion: v1
kind: Pod
metadata: {name: web, labels: {a: }, annotations: }
spec:
  containers:
  - {name: main, image: x, args: [one, null], env: [{name: A, value: }], command: null}
  volumes: [{name: v, emptyDir: }]
`);
  const [main] = spec.containers;
  assert.deepEqual(metadata.labels, { a: "" });
  assert.deepEqual(main?.args, ["one", ""]);
  assert.deepEqual(main?.env, [{ name: "A" }]);
  assert.equal(main !== undefined && "command" in main, false);
  assert.deepEqual(spec.volumes, [{ name: "v", emptyDir: {} }]);
});

Deno.test("amounts may be numbers", () => {
  const { spec } = pod(`${good}    resources: {limits: {cpu: 0.5, memory: 64Mi}}\n`);
  assert.deepEqual(spec.containers[0]?.resources?.limits, { cpu: "0.5", memory: "64Mi" });
});

interface Case {
  readonly text: string;
  readonly problems: readonly string[];
}

const head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n";
const cases: Readonly<Record<string, Case>> = {
  "an empty file": { text: "", problems: ["1:1 the file is empty, expected a Pod"] },
  "only a comment": { text: "# to do\n", problems: ["1:1 the file is empty, expected a Pod"] },
  "a text": { text: "hello", problems: ['1:1 expected a Pod, found "hello"'] },
  "a list": { text: "\n- 1", problems: ["2:1 expected a Pod, found a list"] },
  "another kind": {
    text: "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 1}\n",
    problems: ["2:1 kind: expected Pod, found Deployment of apps/v1"],
  },
  "a list of pods": {
    text: "apiVersion: v1\nkind: List\nitems: []\n",
    problems: ["2:1 kind: expected Pod, found List of v1"],
  },
  "another version": {
    text: good.replace("v1", "v2"),
    problems: ['1:1 apiVersion: expected v1, found "v2"'],
  },
  "two pods": {
    text: `${good}---\n${good}`,
    problems: ["11:1 expected one Pod, found 2 documents: each needs its own file"],
  },
  "a slip of the finger": {
    text: `${head}spec:\n  containers:\n  - name: main\n    imge: busybox\n`,
    problems: ["7:5 spec.containers[0].imge: unknown field; did you mean image?"],
  },
  "a field that is not there at all": {
    text: `${head}spec:\n  containers: []\n  dnsConfig:\n    color: blue\n`,
    problems: [
      "7:5 spec.dnsConfig.color: unknown field; expected one of nameservers, options, searches",
    ],
  },
  "no name": {
    text: "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {containers: [{name: a, image: b}]}\n",
    problems: ["3:1 metadata.name: required, a pod needs a name"],
  },
  "no spec": { text: head, problems: ["1:1 spec: required, but not there"] },
  "no containers": {
    text: `${head}spec:\n  hostNetwork: true\n`,
    problems: ["4:1 spec.containers: required, but not there"],
  },
  "wrong types, in the order of the lines": {
    text: `${head}spec:
  hostNetwork: maybe
  terminationGracePeriodSeconds: 1.5
  containers:
  - name: main
    command: run
    ports: [{containerPort: "80"}, {containerPort: 99999999999}]
    env:
    - {name: PORT, value: 80}
    - {name: DEBUG, value: yes}
    resources: {limits: {memory: 64MB}}
  volumes: {}
`,
    problems: [
      '5:3 spec.hostNetwork: expected true or false, found "maybe"',
      "6:3 spec.terminationGracePeriodSeconds: expected a whole number, found 1.5",
      '9:5 spec.containers[0].command: expected a list of strings, found "run"',
      '10:14 spec.containers[0].ports[0].containerPort: expected a whole number, found "80"',
      "10:37 spec.containers[0].ports[1].containerPort: expected a number of 32 bits, " +
      "found 99999999999",
      "12:20 spec.containers[0].env[0].value: expected a string, found 80 " +
      "(in quotes it is a string)",
      "13:21 spec.containers[0].env[1].value: expected a string, found true",
      "14:26 spec.containers[0].resources.limits.memory:",
      "15:3 spec.volumes: expected a list, found a map",
    ],
  },
  "lists where maps belong": {
    text: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: [a]\n  annotations: []\n" +
      "spec:\n  containers: [[]]\n  volumes: [{name: v, emptyDir: []}]\n",
    problems: [
      "5:3 metadata.labels: expected a map of strings, found a list",
      "6:3 metadata.annotations: expected a map of strings, found a list",
      "8:16 spec.containers[0]: expected a map of fields, found a list",
      "9:23 spec.volumes[0].emptyDir: expected a map of fields, found a list",
    ],
  },
  "a map key that is wrong": {
    text:
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    example.com/on: true\n" +
      "spec: {containers: [{name: a, image: b}]}\n",
    problems: ["6:5 metadata.labels[example.com/on]: expected a string, found true"],
  },
  "not valid by Kubernetes' rules": {
    text: `${head}spec:\n  containers:\n  - name: Main\n    image: busybox\n`,
    problems: ['6:5 spec.containers[0].name: Invalid value: "Main": '],
  },
  "references to what only an API server has": {
    text: `${head}spec:\n  serviceAccountName: robot\n  containers:\n` +
      "  - name: a\n    image: b\n    envFrom: [{configMapRef: {name: c}}]\n",
    problems: [
      "5:3 spec.serviceAccountName: static pods may not reference serviceaccounts",
      "9:16 spec.containers[0].envFrom[0].configMapRef: static pods may not reference configmaps",
    ],
  },
  "a UID that leads elsewhere": {
    text: good.replace("name: web", "name: web\n  uid: ../../etc"),
    problems: ['5:3 metadata.uid: Invalid value: "../../etc": '],
  },
  "a key twice": {
    text: `${head}spec:\n  containers:\n  - {name: a, image: b, image: c}\n`,
    problems: ['6:25 the key "image" is there twice'],
  },
  "broken YAML": { text: "apiVersion: v1\nkind: [Pod\nmetadata:\n", problems: ["3:1 "] },
  "binary junk": {
    text: "apiVersion\u0000\u0001",
    problems: ["1:11 control characters are not allowed"],
  },
  "a YAML bomb": {
    text: `a: &a [${"x,".repeat(9)}x]\n` +
      "bcdefghi".split("").map((name, at) =>
        `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(9)}*${"abcdefgh"[at]}]\n`
      ).join(""),
    problems: ["5:29 too many values"],
  },
  "nested too deep": {
    text: "[".repeat(100) + "]".repeat(100),
    problems: ["1:65 nested deeper than 64 levels"],
  },
};

for (const [name, { text, problems }] of Object.entries(cases)) {
  Deno.test(`${name}: the problem says where and what was expected`, () => {
    const parsed = parse(text);
    assert.ok(!parsed.ok);
    const told = parsed.error.map(({ line, column, message }) => `${line}:${column} ${message}`);
    assert.equal(told.length, problems.length, told.join("\n"));
    problems.forEach((start, index) => {
      assert.ok(told[index]?.startsWith(start), `${told[index]}\n  does not start with\n${start}`);
    });
  });
}

Deno.test("at most 20 problems of a file are told", () => {
  const containers = "  - {nam: a}\n".repeat(50);
  const parsed = parse(`${head}spec:\n  containers:\n${containers}`);
  assert.equal(!parsed.ok && parsed.error.length, 20);
});

Deno.test("a pod of 1,000 containers is read", () => {
  const containers = Array.from({ length: 1_000 }, (_, at) => `  - {name: c${at}, image: b}\n`);
  assert.equal(
    pod(`${head}spec:\n  containers:\n${containers.join("")}`).spec.containers.length,
    1_000,
  );
});
