/** What a runtime must do with commands in containers. */
import assert from "node:assert/strict";
import { Failed, NotFound } from "../../../src/ports/errors.ts";
import type { Case } from "./pod.ts";
import { during } from "./steps.ts";

const runs = { kind: "runs", onTerm: { code: 0 } } as const;

export const execCases: Readonly<Record<string, Case>> = {
  "a command's code and words come back": async (subject, pod) => {
    const id = await pod.start("main", runs);
    const says = { stdout: "wörds\n", stderr: "troubles\n", exitCode: 3 };
    const command = subject.execCommand(`${pod.name}/main`, says);
    const end = await during(subject, subject.runtime.execSync(id, { command }));
    assert.deepEqual(end, { kind: "Exited", ...says });
  },

  "a command that takes longer than its time is TimedOut, whoever it has started; its container runs on":
    async (
      subject,
      pod,
    ) => {
      const id = await pod.start("main", runs);
      const command = subject.execCommand(`${pod.name}/main`, { afterMs: 30_000 });
      const call = subject.runtime.execSync(id, { command, timeoutSeconds: 1 });
      const start = Date.now();
      assert.deepEqual(await during(subject, call), { kind: "TimedOut" });
      assert.ok(Date.now() - start < 20_000);
      assert.equal((await subject.runtime.container(id)).state, "Running");
    },

  "a command is given up when its caller gives up": async (subject, pod) => {
    const id = await pod.start("main", runs);
    const command = subject.execCommand(`${pod.name}/main`, { afterMs: 10_000 });
    const stop = new AbortController();
    const call = subject.runtime.execSync(id, { command }, stop.signal);
    const ended = assert.rejects(call, /enough of it/);
    await subject.pause();
    stop.abort(new Error("enough of it"));
    await during(subject, ended);
  },

  "commands run in running containers only": async (subject, pod) => {
    const { runtime } = subject;
    const command = subject.execCommand(`${pod.name}/main`, {});
    await assert.rejects(runtime.execSync("unknown", { command }), NotFound);
    const id = await pod.start("main", runs);
    await during(subject, runtime.stopContainer(id, { graceSeconds: 0 }));
    await assert.rejects(runtime.execSync(id, { command }), Failed);
  },
};
