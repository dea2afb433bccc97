/** What a runtime must do with sandboxes, and say of itself. */
import assert from "node:assert/strict";
import { NotFound } from "../../../src/ports/errors.ts";
import type { Case } from "./pod.ts";
import { eventually, follow, isFailed, untilEnded } from "./steps.ts";

export const sandboxCases: Readonly<Record<string, Case>> = {
  "it says what it is and how it is": async ({ runtime }) => {
    const { name, version } = await runtime.version();
    assert.ok(name !== "" && version !== "");
    const { conditions } = await runtime.status();
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
    const namespaces = { ...pod.sandbox.security.namespaces, network: "Node" } as const;
    const security = { ...pod.sandbox.security, namespaces };
    const id = await runtime.runSandbox({ ...pod.sandbox, hostname: "", security });
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

  "a sandbox is run by another handler, and by none that is not there": async (
    { runtime },
    pod,
  ) => {
    await assert.rejects(
      runtime.runSandbox(pod.sandbox, { handler: "nowhere" }),
      isFailed(/no runtime for "nowhere" is configured/),
    );
    const id = await runtime.runSandbox(pod.sandbox, { handler: "other" });
    assert.equal((await runtime.sandbox(id)).state, "Ready");
  },
};
