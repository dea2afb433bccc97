/** What a runtime must tell of what containers write. */
import assert from "node:assert/strict";
import type { Case } from "./pod.ts";
import { eventually } from "./steps.ts";

const mebibyte = 1024 ** 2;

export const diskCases: Readonly<Record<string, Case>> = {
  "what a running container has written is told of its pod alone": async (subject, pod) => {
    const { runtime } = subject;
    const filter = { podUid: pod.sandbox.metadata.uid };
    const id = await pod.start("writer", { kind: "runs", onTerm: { code: 0 } });
    await subject.write(id, 3 * mebibyte);
    const written = async () => (await runtime.writtenBytes(filter)).get(id) ?? 0;
    await eventually(subject, async () => await written() >= 3 * mebibyte);
    assert.ok(await written() < 4 * mebibyte);
    assert.equal((await runtime.writtenBytes({ podUid: "another" })).size, 0);
  },

  "the same is told among what all containers take up": async (subject, pod) => {
    const { runtime } = subject;
    const id = await pod.start("user", { kind: "runs", onTerm: { code: 0 } });
    await subject.write(id, 3 * mebibyte);
    const layer = async () => (await runtime.usage()).get(id)?.writableLayer;
    await eventually(subject, async () => ((await layer())?.usedBytes ?? 0) >= 3 * mebibyte);
    const { mountpoint = "", inodesUsed = 0 } = await layer() ?? {};
    assert.match(mountpoint, /^\//);
    assert.ok(inodesUsed > 0);
  },
};
