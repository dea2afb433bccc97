/** What a runtime must do for those who want streams into containers: it says where they answer. */
import assert from "node:assert/strict";
import { Failed, NotFound } from "../../../src/ports/errors.ts";
import type { Case } from "./pod.ts";
import { during } from "./steps.ts";

const runs = { kind: "runs", onTerm: { code: 0 } } as const;
const streams = { stdin: true, stdout: true, stderr: true, tty: false };
const exec = { command: ["true"], streams };

export const streamCases: Readonly<Record<string, Case>> = {
  "each stream has an address of its own": async ({ runtime }, pod) => {
    const id = await pod.start("main", runs);
    const [sandbox] = await runtime.listSandboxes(pod.filter);
    const addresses = [
      await runtime.execUrl(id, exec),
      await runtime.execUrl(id, exec),
      await runtime.attachUrl(id, streams),
      await runtime.portForwardUrl(sandbox?.id ?? ""),
      await runtime.portForwardUrl(sandbox?.id ?? "", { ports: [80] }),
    ];
    assert.equal(new Set(addresses.map(({ href }) => href)).size, addresses.length);
    for (const { protocol, port } of addresses) {
      assert.match(protocol, /^https?:$/);
      assert.match(port, /^\d+$/);
    }
  },

  "streams lead into running containers only": async (subject, pod) => {
    const { runtime } = subject;
    await assert.rejects(runtime.execUrl("unknown", exec), NotFound);
    await assert.rejects(runtime.attachUrl("unknown", streams), NotFound);
    const id = await pod.start("main", runs);
    await during(subject, runtime.stopContainer(id, { graceSeconds: 0 }));
    await assert.rejects(runtime.execUrl(id, exec), Failed);
    await assert.rejects(runtime.attachUrl(id, streams), Failed);
  },

  "connections are forwarded into ready sandboxes only": async ({ runtime }, pod) => {
    await assert.rejects(runtime.portForwardUrl("unknown"), NotFound);
    const id = await runtime.runSandbox(pod.sandbox);
    await runtime.stopSandbox(id);
    await assert.rejects(runtime.portForwardUrl(id), Failed);
  },
};
