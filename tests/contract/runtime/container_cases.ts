/** What a runtime must do with containers. */
import assert from "node:assert/strict";
import { NotFound, PortError, Unavailable } from "../../../src/ports/errors.ts";
import type { Case } from "./pod.ts";
import { during, isFailed, untilEnded } from "./steps.ts";

export const containerCases: Readonly<Record<string, Case>> = {
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
    assert.ok(ended.startedAt > 0 && ended.finishedAt > 0);
    // containerd notes the start once it knows of it: a process that ends at once may have ended before that.
    assert.ok(ended.finishedAt > ended.startedAt - 1_000);
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

  "a container that is being stopped is killed sooner when it is asked to again": async (
    subject,
    pod,
  ) => {
    const { runtime } = subject;
    const id = await pod.start("main", { kind: "runs", onTerm: "ignored" });
    const patient = runtime.stopContainer(id, { graceSeconds: 60 });
    await subject.pause();
    await during(subject, runtime.stopContainer(id, { graceSeconds: 1 }));
    await during(subject, patient);
    const { state, exitCode, startedAt, finishedAt } = await runtime.container(id);
    assert.deepEqual([state, exitCode], ["Exited", 137]);
    assert.ok(finishedAt - startedAt < 30_000, `killed after ${finishedAt - startedAt} ms`);
  },

  "without grace a container is killed at once": async (subject, pod) => {
    const id = await pod.start("main", { kind: "runs", onTerm: { code: 0 } });
    await during(subject, subject.runtime.stopContainer(id, { graceSeconds: 0 }));
    assert.equal((await subject.runtime.container(id)).exitCode, 137);
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
};
