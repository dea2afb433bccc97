/** Containers as the runtime is told of them. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { Container } from "../k8s.ts";
import { containerConfig } from "./container_config.ts";
import { containerHash } from "./container_hash.ts";
import { containerMounts } from "./mounts.ts";
import { containerResources } from "./resources.ts";
import { containerSecurity } from "./security.ts";
import type { Image } from "./types.ts";

const image: Image = {
  id: "sha256:abc",
  tags: ["busybox:1"],
  digests: [],
  sizeBytes: 1,
  uid: 1000,
  username: "",
  pinned: false,
};
const podIps = ["10.88.0.2"];

/** The first container's configuration, with what it was made from. */
function configured(
  builder: PodBuilder,
  env: ReadonlyMap<string, string> = new Map([["GREETING", "hello"]]),
) {
  const built = builder.build();
  const [container] = built.spec.containers;
  assert.ok(container);
  const input = {
    pod: built,
    container,
    attempt: 4,
    node: node(),
    image,
    podIps,
    env,
    recursiveReadOnly: false,
  };
  return { input, result: containerConfig(input) };
}

Deno.test("a plain container", () => {
  const { input, result } = configured(pod("web").grace(7).container("main"));
  const { container, attempt } = input;
  const mounts = containerMounts({ ...input, paths: node().paths });
  const security = containerSecurity(input);
  assert.ok(mounts.ok && security.ok);
  assert.deepEqual(result, {
    ok: true,
    value: {
      metadata: { name: "main", attempt },
      image: "sha256:abc",
      userSpecifiedImage: "busybox:1",
      command: [],
      args: [],
      workingDir: "",
      env: [{ key: "GREETING", value: "hello" }],
      mounts: mounts.value,
      labels: {
        "io.kubernetes.container.name": "main",
        "io.kubernetes.pod.name": "web",
        "io.kubernetes.pod.namespace": "default",
        "io.kubernetes.pod.uid": "web-uid",
      },
      annotations: {
        "io.kubernetes.container.hash": containerHash(container),
        "io.kubernetes.container.restartCount": "4",
        "io.kubernetes.container.terminationMessagePath": "/dev/termination-log",
        "io.kubernetes.container.terminationMessagePolicy": "File",
        "io.kubernetes.pod.terminationGracePeriod": "7",
      },
      logPath: "main/4.log",
      stdin: false,
      stdinOnce: false,
      tty: false,
      resources: containerResources(input),
      security: security.value,
    },
  });
});

Deno.test("a container with everything said", () => {
  const { result } = configured(
    pod("web").labels({ app: "shop" }).container("main", {
      command: ["sh", "-c"],
      args: ["echo $(GREETING)"],
      workingDir: "/srv",
      stdin: true,
      stdinOnce: true,
      tty: true,
      terminationMessagePolicy: "FallbackToLogsOnError",
      ports: [{ containerPort: 80, protocol: "TCP", name: "http", hostPort: 8080 }],
    }),
  );
  assert.ok(result.ok);
  const { command, args, env, workingDir, stdin, stdinOnce, tty, labels, annotations } =
    result.value;
  assert.deepEqual({ command, args, env, workingDir }, {
    command: ["sh", "-c"],
    args: ["echo hello"],
    env: [{ key: "GREETING", value: "hello" }],
    workingDir: "/srv",
  });
  assert.deepEqual({ stdin, stdinOnce, tty }, { stdin: true, stdinOnce: true, tty: true });
  assert.equal(labels["app"], undefined);
  assert.equal(
    annotations["io.kubernetes.container.terminationMessagePolicy"],
    "FallbackToLogsOnError",
  );
  assert.equal(
    annotations["io.kubernetes.container.ports"],
    '[{"name":"http","hostPort":8080,"containerPort":80,"protocol":"TCP"}]',
  );
});

Deno.test("a preStop hook is noted down for who finds the container without its pod", () => {
  const lifecycle = { preStop: { exec: { command: ["bye"] } } };
  const noted = (fields: Partial<Container>): string | undefined => {
    const { result } = configured(pod("web").container("main", fields));
    assert.ok(result.ok);
    return result.value.annotations["io.kubernetes.container.preStopHandler"];
  };
  assert.equal(noted({ lifecycle }), '{"exec":{"command":["bye"]}}');
  assert.equal(noted({ lifecycle: { postStart: lifecycle.preStop } }), undefined);
});

const refusals: readonly {
  readonly title: string;
  readonly pod: PodBuilder;
  readonly env?: ReadonlyMap<string, string>;
  readonly message: RegExp;
}[] = [
  {
    title: "a mount without its volume",
    pod: pod("web").container("main", { volumeMounts: [{ name: "gone", mountPath: "/x" }] }),
    message: /^cannot find volume "gone" to mount into container "main"$/,
  },
  {
    title: "references without measure",
    pod: pod("web").container("main", { args: ["$(LONG)".repeat(7)] }),
    env: new Map([["LONG", "x".repeat(1024 * 1024)]]),
    message: /expand to more than 6291456 characters$/,
  },
];

for (const { title, pod, env, message } of refusals) {
  Deno.test(`${title} is a CreateContainerConfigError`, () => {
    const { result } = configured(pod, env);
    assert.ok(!result.ok);
    assert.equal(result.error.reason, "CreateContainerConfigError");
    assert.match(result.error.message, message);
  });
}
