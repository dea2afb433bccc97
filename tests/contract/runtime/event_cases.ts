/** What a runtime must tell of, and what is left when it was away. */
import assert from "node:assert/strict";
import { Unavailable } from "../../../src/ports/errors.ts";
import type { Case } from "./pod.ts";
import { during, eventually, follow } from "./steps.ts";

export const eventCases: Readonly<Record<string, Case>> = {
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
