/** What every container runtime must do. */
import assert from "node:assert/strict";
import { label } from "../../src/core/cri/labels.ts";
import type {
  ContainerConfig,
  ContainerRecord,
  RuntimeEvent,
  SandboxConfig,
} from "../../src/core/cri/types.ts";
import { Failed, NotFound, PortError, Unavailable } from "../../src/ports/errors.ts";
import type { Runtime } from "../../src/ports/runtime.ts";

/** What a test wants a container to do. */
export type Behaviour =
  | { readonly kind: "exits"; readonly code: number }
  | { readonly kind: "runs"; readonly onTerm: "ignored" | { readonly code: number } }
  | { readonly kind: "eatsMemory" }
  | { readonly kind: "cannotStart" };

/** The runtime under test, and a way to disturb it from outside. */
export interface RuntimeSubject extends AsyncDisposable {
  readonly runtime: Runtime;
  /** An image that is there. */
  readonly image: string;
  readonly logRoot: string;
  readonly cgroupParent: string;
  /** The command of a container, named by its pod and itself, that behaves so. */
  command(container: string, behaviour: Behaviour): readonly string[];
  /** Waits until a container that `runs` hears signals; it then says so in its log. */
  untilReady(logPath: string): Promise<void>;
  /** Lets a little time pass. */
  pause(): Promise<void>;
  /** Runs a command in a container to its end. */
  exec(containerId: string): Promise<void>;
  /** Kills the process that holds the sandbox. */
  killSandbox(sandbox: { readonly id: string; readonly podUid: string }): Promise<void>;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

type Case = (subject: RuntimeSubject, pod: Pod) => Promise<void>;

/** One test with a step for each duty; each step has a pod of its own in the one runtime. */
export function runtimeSuite(name: string, open: () => Promise<RuntimeSubject>): void {
  Deno.test(name, async (t) => {
    await using subject = await open();
    let count = 0;
    for (const [what, body] of Object.entries(cases)) {
      await t.step(what, () => body(subject, podOf(subject, `pod-${++count}`)));
    }
  });
}

const cases: Readonly<Record<string, Case>> = {
  "it says what it is and how it is": async ({ runtime }) => {
    const { name, version } = await runtime.version();
    assert.ok(name !== "" && version !== "");
    const conditions = await runtime.status();
    for (const type of ["RuntimeReady", "NetworkReady"]) {
      assert.equal(conditions.find((each) => each.type === type)?.status, true, type);
    }
    assert.ok([null, "cgroupfs", "systemd"].includes(await runtime.cgroupDriver()));
  },

  "a sandbox runs with an address until it is stopped, and is there until removed": async (
    { runtime },
    pod,
  ) => {
    const id = await runtime.runSandbox(pod.sandbox);
    const running = await runtime.sandbox(id);
    assert.deepEqual(running.metadata, pod.sandbox.metadata);
    assert.equal(running.state, "Ready");
    assert.equal(running.network, "Pod");
    assert.equal(running.ips.length, 1);
    assert.match(running.ips[0] ?? "", /^10\.88\.\d+\.\d+$/);
    assert.equal(running.labels["app"], "suite");
    assert.equal(running.annotations["note"], 'two\n"lines"');
    const { network: _network, ...listed } = { ...running, ips: [] };
    assert.deepEqual(await runtime.listSandboxes(pod.filter), [listed]);

    await runtime.stopSandbox(id);
    await runtime.stopSandbox(id);
    assert.deepEqual(await runtime.listSandboxes(pod.filter), [{ ...listed, state: "NotReady" }]);

    await runtime.removeSandbox(id);
    await runtime.removeSandbox(id);
    assert.deepEqual(await runtime.listSandboxes(pod.filter), []);
    await assert.rejects(runtime.sandbox(id), NotFound);
  },

  "lists hold one pod's or everybody's": async ({ runtime }, pod) => {
    const id = await runtime.runSandbox(pod.sandbox);
    const container = await pod.create("main", { kind: "exits", code: 0 }, id);
    assert.deepEqual(await runtime.listSandboxes({ podUid: "nobody" }), []);
    assert.deepEqual(await runtime.listContainers({ podUid: "nobody" }), []);
    assert.ok((await runtime.listSandboxes()).some((sandbox) => sandbox.id === id));
    assert.ok((await runtime.listContainers()).some((each) => each.id === container));
  },

  "a sandbox on the host's network has no address of its own": async ({ runtime }, pod) => {
    const namespaces = { ...pod.sandbox.namespaces, network: "Node" } as const;
    const id = await runtime.runSandbox({ ...pod.sandbox, hostname: "", namespaces });
    const { ips, network } = await runtime.sandbox(id);
    assert.deepEqual({ ips, network }, { ips: [], network: "Node" });
  },

  "the names of sandboxes and containers are taken once": async ({ runtime }, pod) => {
    const id = await runtime.runSandbox(pod.sandbox);
    await assert.rejects(
      runtime.runSandbox(pod.sandbox),
      isFailed(/^rpc error: code = \w+ desc = failed to reserve sandbox name .* is reserved for/),
    );
    await pod.create("main", { kind: "exits", code: 0 }, id);
    await assert.rejects(
      pod.create("main", { kind: "exits", code: 0 }, id),
      isFailed(/^failed to reserve container name .* is reserved for/),
    );
  },

  "a container is created, runs and completes": async (subject, pod) => {
    const { runtime } = subject;
    const sandboxId = await runtime.runSandbox(pod.sandbox);
    const id = await pod.create("main", { kind: "exits", code: 0 }, sandboxId);
    const created = await runtime.container(id);
    assert.equal(created.name, "main");
    assert.equal(created.sandboxId, sandboxId);
    assert.equal(created.state, "Created");
    assert.equal(created.image, subject.image);
    assert.match(created.imageId, /^sha256:[0-9a-f]{64}$/);
    assert.equal(created.logPath, `${pod.sandbox.logDirectory}/main/0.log`);
    assert.deepEqual([created.startedAt, created.finishedAt], [0, 0]);
    assert.deepEqual(created.annotations, { "io.kubernetes.container.hash": "abc" });

    await runtime.startContainer(id);
    const ended = await untilEnded(subject, id);
    assert.deepEqual([ended.exitCode, ended.reason], [0, "Completed"]);
    assert.ok(ended.startedAt > 0 && ended.finishedAt >= ended.startedAt);
    assert.equal((await runtime.listContainers(pod.filter))[0]?.state, "Exited");

    await runtime.removeContainer(id);
    await runtime.removeContainer(id);
    await assert.rejects(runtime.container(id), NotFound);
    assert.deepEqual(await runtime.listContainers(pod.filter), []);
  },

  "what is read anew of a container still names its sandbox": async ({ runtime }, pod) => {
    const sandboxId = await runtime.runSandbox(pod.sandbox);
    const id = await pod.create("main", { kind: "exits", code: 0 }, sandboxId);
    const [listed] = await runtime.listContainers(pod.filter);
    assert.equal(listed?.sandboxId, sandboxId);
    assert.equal((await runtime.container(id)).sandboxId, sandboxId);
  },

  "a container that fails says so with its code": async (subject, pod) => {
    const id = await pod.start("main", { kind: "exits", code: 3 });
    const { exitCode, reason } = await untilEnded(subject, id);
    assert.deepEqual([exitCode, reason], [3, "Error"]);
  },

  "a container that uses up its memory is OOMKilled": async (subject, pod) => {
    const id = await pod.start("main", { kind: "eatsMemory" });
    const { exitCode, reason } = await untilEnded(subject, id);
    assert.deepEqual([exitCode, reason], [137, "OOMKilled"]);
  },

  "a command that is not there is a StartError": async ({ runtime }, pod) => {
    const sandboxId = await runtime.runSandbox(pod.sandbox);
    const id = await pod.create("main", { kind: "cannotStart" }, sandboxId);
    await assert.rejects(
      runtime.startContainer(id),
      isFailed(/^failed to create containerd task: .*executable file not found in \$PATH/),
    );
    const { state, exitCode, reason, message } = await runtime.container(id);
    assert.deepEqual([state, exitCode, reason], ["Exited", 128, "StartError"]);
    assert.match(message, /executable file not found/);
  },

  "a container that ends when asked keeps its own code": async (subject, pod) => {
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 7 } });
    await during(subject, subject.runtime.stopContainer(id, { graceSeconds: 30 }));
    const { state, exitCode, reason } = await subject.runtime.container(id);
    assert.deepEqual([state, exitCode, reason], ["Exited", 7, "Error"]);
    await subject.runtime.stopContainer(id, { graceSeconds: 30 });
  },

  "a container that does not end is killed after its grace": async (subject, pod) => {
    const id = await pod.start("main", { kind: "runs", onTerm: "ignored" });
    await during(subject, subject.runtime.stopContainer(id, { graceSeconds: 1 }));
    const { state, exitCode, startedAt, finishedAt } = await subject.runtime.container(id);
    assert.deepEqual([state, exitCode], ["Exited", 137]);
    assert.ok(finishedAt - startedAt >= 900, `killed after ${finishedAt - startedAt} ms`);
  },

  "without grace a container is killed at once": async (subject, pod) => {
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    await during(subject, subject.runtime.stopContainer(id, { graceSeconds: 0 }));
    assert.equal((await subject.runtime.container(id)).exitCode, 137);
  },

  "stopping a sandbox stops its containers, removing it removes them": async (subject, pod) => {
    const { runtime } = subject;
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    const { sandboxId } = await runtime.container(id);
    await runtime.stopSandbox(sandboxId);
    assert.equal((await untilEnded(subject, id)).exitCode, 137);
    await runtime.removeSandbox(sandboxId);
    await assert.rejects(runtime.container(id), NotFound);
  },

  "what is unknown is NotFound, and stopped and removed already": async ({ runtime }, pod) => {
    await assert.rejects(runtime.sandbox("unknown"), NotFound);
    await assert.rejects(runtime.container("unknown"), NotFound);
    await assert.rejects(runtime.startContainer("unknown"), NotFound);
    await assert.rejects(runtime.reopenLog("unknown"), NotFound);
    await assert.rejects(pod.create("main", { kind: "exits", code: 0 }, "unknown"), NotFound);
    await runtime.stopContainer("unknown", { graceSeconds: 1 });
    await runtime.removeContainer("unknown");
    await runtime.stopSandbox("unknown");
    await runtime.removeSandbox("unknown");
  },

  "a container needs an image that is there and a sandbox that runs": async (
    { runtime },
    pod,
  ) => {
    const sandboxId = await runtime.runSandbox(pod.sandbox);
    const config = { ...pod.config("main", { kind: "exits", code: 0 }), image: "nowhere.test/x:1" };
    await assert.rejects(
      runtime.createContainer({ sandboxId, config, sandboxConfig: pod.sandbox }),
      (error) =>
        error instanceof NotFound &&
        /failed to resolve image "\S+": not found$/.test(error.message),
    );
    await runtime.stopSandbox(sandboxId);
    // containerd 2.x makes the container and refuses to start it.
    const late = pod.create("late", { kind: "exits", code: 0 }, sandboxId);
    await assert.rejects(
      late.then((id) => runtime.startContainer(id)),
      (error) => error instanceof PortError && !(error instanceof Unavailable),
    );
  },

  "a container starts once": async (subject, pod) => {
    const id = await pod.start("main", { kind: "exits", code: 0 });
    await untilEnded(subject, id);
    await assert.rejects(
      subject.runtime.startContainer(id),
      isFailed(/container is in CONTAINER_EXITED state$/),
    );
  },

  "a log is reopened while its container runs": async (subject, pod) => {
    const { runtime } = subject;
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    await runtime.reopenLog(id);
    await during(subject, runtime.stopContainer(id, { graceSeconds: 5 }));
    await assert.rejects(
      runtime.reopenLog(id),
      isFailed(/^rpc error: code = Unknown desc = container is not running$/),
    );
  },

  "events tell of a pod's life from its sandbox to its removal": async (subject, pod) => {
    const { runtime } = subject;
    await using heard = await follow(subject);
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    const { sandboxId, createdAt } = await runtime.container(id);
    await subject.exec(id);
    await heard.about(id, ["Created", "Started"]);
    await during(subject, runtime.stopContainer(id, { graceSeconds: 5 }));
    await heard.about(id, ["Created", "Started", "Exited"]);
    await runtime.removeContainer(id);
    await heard.about(id, ["Created", "Started", "Exited", "Deleted"]);
    await runtime.stopSandbox(sandboxId);
    await runtime.removeSandbox(sandboxId);
    await heard.about(sandboxId, ["Created", "Started", "Exited", "Deleted"]);
    const [created] = heard.events.filter(({ containerId }) => containerId === id);
    assert.ok([undefined, pod.filter.podUid].includes(created?.podUid));
    assert.ok(Math.abs((created?.at ?? 0) - createdAt) < 1000, `${created?.at} ${createdAt}`);
  },

  "every subscriber hears of everything, and the next one too": async (subject, pod) => {
    const left = await follow(subject);
    await left[Symbol.asyncDispose]();
    await using one = await follow(subject);
    await using other = await follow(subject);
    const id = await subject.runtime.runSandbox(pod.sandbox);
    await one.about(id, ["Created", "Started"]);
    await other.about(id, ["Created", "Started"]);
  },

  "a sandbox whose process dies is no longer ready, its containers run on": async (
    subject,
    pod,
  ) => {
    const { runtime } = subject;
    await using heard = await follow(subject);
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    const { sandboxId } = await runtime.container(id);
    await subject.killSandbox({ id: sandboxId, podUid: pod.filter.podUid });
    await heard.about(sandboxId, ["Created", "Started", "Exited"]);
    await eventually(subject, async () => {
      const [sandbox] = await runtime.listSandboxes(pod.filter);
      return sandbox?.state === "NotReady";
    });
    assert.equal((await runtime.container(id)).state, "Running");
  },

  "a runtime that goes away is Unavailable, and back again with all its containers": async (
    subject,
    pod,
  ) => {
    const { runtime } = subject;
    const id = await pod.start("main", { kind: "runs", onTerm: "ignored" });
    const heard = await follow(subject);
    const stopping = runtime.stopContainer(id, { graceSeconds: 600 })
      .then(() => "stopped", (error: unknown) => error);
    await subject.pause();
    await subject.goDown();
    assert.ok(await stopping instanceof Unavailable, String(await stopping));
    await heard.ended;
    await assert.rejects(runtime.version(), Unavailable);
    await assert.rejects(runtime.listContainers(), Unavailable);
    await (await follow(subject)).ended;

    await subject.comeBack();
    await eventually(subject, () => runtime.version().then(() => true, () => false));
    assert.equal((await runtime.container(id)).state, "Running");
    await using again = await follow(subject);
    await during(subject, runtime.stopContainer(id, { graceSeconds: 0 }));
    await again.about(id, ["Exited"]);
  },
};

/** A pod and its containers as the step's runtime is told of them. */
interface Pod {
  readonly sandbox: SandboxConfig;
  readonly filter: { readonly podUid: string };
  config(name: string, behaviour: Behaviour): ContainerConfig;
  create(name: string, behaviour: Behaviour, sandboxId: string): Promise<string>;
  /** Makes the sandbox too. */
  start(name: string, behaviour: Behaviour): Promise<string>;
}

const namespaces = { network: "Pod", pid: "Container", ipc: "Pod" } as const;
const seccomp = { type: "RuntimeDefault" } as const;
const memoryLimitBytes = 32 * 1024 * 1024;

function podOf(subject: RuntimeSubject, name: string): Pod {
  const { runtime } = subject;
  const podUid = `uid-${name}`;
  const sandbox: SandboxConfig = {
    metadata: { name, namespace: "default", uid: podUid, attempt: 0 },
    hostname: name,
    logDirectory: `${subject.logRoot}/${name}`,
    portMappings: [],
    labels: { [label.podUid]: podUid, app: "suite" },
    annotations: { note: 'two\n"lines"' },
    cgroupParent: `${subject.cgroupParent}/${name}`,
    namespaces,
    seccomp,
    resources: {},
  };
  const config = (container: string, behaviour: Behaviour): ContainerConfig => ({
    metadata: { name: container, attempt: 0 },
    image: subject.image,
    userSpecifiedImage: subject.image,
    command: subject.command(`${name}/${container}`, behaviour),
    args: [],
    workingDir: "",
    env: [],
    mounts: [],
    labels: { [label.podUid]: podUid, [label.containerName]: container },
    annotations: { "io.kubernetes.container.hash": "abc" },
    logPath: `${container}/0.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: { memoryLimitBytes },
    security: { namespaces, seccomp, maskedPaths: [], readonlyPaths: [] },
  });
  const create: Pod["create"] = (container, behaviour, sandboxId) =>
    runtime.createContainer({
      sandboxId,
      config: config(container, behaviour),
      sandboxConfig: sandbox,
    });
  return {
    sandbox,
    filter: { podUid },
    config,
    create,
    async start(container, behaviour) {
      const id = await create(container, behaviour, await runtime.runSandbox(sandbox));
      await runtime.startContainer(id);
      if (behaviour.kind === "runs") {
        await subject.untilReady(`${sandbox.logDirectory}/${container}/0.log`);
      }
      return id;
    },
  };
}

/** Lets time pass until the work is done. */
async function during<T>(subject: RuntimeSubject, work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => over = true);
  done.catch(() => {});
  while (!over) await subject.pause();
  return await done;
}

async function eventually(
  subject: RuntimeSubject,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let pauses = 0; !await isSo(); pauses++) {
    assert.ok(pauses < 500, "it has not come to be so");
    await subject.pause();
  }
}

async function untilEnded(subject: RuntimeSubject, id: string): Promise<ContainerRecord> {
  await eventually(subject, async () => (await subject.runtime.container(id)).state === "Exited");
  return await subject.runtime.container(id);
}

interface Heard extends AsyncDisposable {
  readonly events: readonly RuntimeEvent[];
  /** Resolves when the stream has ended without an error. */
  readonly ended: Promise<void>;
  /** Waits until exactly these were told of the container or sandbox. */
  about(id: string, types: readonly RuntimeEvent["type"][]): Promise<void>;
}

/** Subscribes, and gives the subscription the time to take effect. */
async function follow(subject: RuntimeSubject): Promise<Heard> {
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const ended = (async () => {
    for await (const event of subject.runtime.events(stop.signal)) events.push(event);
  })();
  for (let i = 0; i < 25; i++) await subject.pause();
  return {
    events,
    ended,
    async about(id, types) {
      const told = () =>
        events.filter(({ containerId }) => containerId === id).map(({ type }) => type);
      await eventually(subject, () => told().length >= types.length)
        .catch((cause: unknown) => assert.fail(`${cause}: only ${told()} of ${types}`));
      assert.deepEqual(told(), types);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

function isFailed(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failed, String(error));
    assert.match(error.message, message);
    return true;
  };
}
