/** What the status writer sends, and what it knows to be no news. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeKube, fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeKeeper, noPace } from "../../../tests/fakes/journal_keeper.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { type KubeObject, type ObjectRef, pods } from "../../core/kube/resource.ts";
import { createStatusWriter, type StatusTarget, type StatusWriter } from "./status_writer.ts";

const web = { namespace: "default", name: "web", uid: "web-uid" };
const ref: ObjectRef = { resource: pods, namespace: "default", name: "web" };

interface Stage {
  readonly clock: FakeClock;
  readonly kube: FakeKube;
  readonly writer: StatusWriter;
  /** How often the server had all that was written. */
  readonly written: readonly string[];
  /** The pod as the server has it now. */
  seen(): Promise<StatusTarget>;
  /** The bodies' statuses of the patches that were sent. */
  patches(): readonly unknown[];
}

async function stage(
  { beforeAnswer = () => Promise.resolve(), maxRecords = 1_000 }: {
    /** What happens between a patch and its answer. */
    readonly beforeAnswer?: (stage: Pick<Stage, "kube" | "writer">) => Promise<void>;
    readonly maxRecords?: number;
  } = {},
): Promise<Stage> {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  kube.server.put(pods, {
    metadata: { name: "web", namespace: "default", uid: "web-uid" },
    spec: { nodeName: "edge-1" },
    status: { phase: "Pending" },
  });
  const written: string[] = [];
  const writer = createStatusWriter({
    metrics: createAgentMetrics(),
    kube: {
      ...kube,
      async patch<T extends KubeObject>(...request: Parameters<typeof kube.patch>) {
        const answer = await kube.patch<T>(...request);
        await beforeAnswer({ kube, writer });
        return answer;
      },
    },
    clock,
    random: fakeRandom(),
    log: fakeLog(),
    keeper: await fakeKeeper({ clock, maxRecords }),
    pace: noPace,
    hasAnswered: () => true,
    onWritten: (uid) => void written.push(uid),
  });
  return {
    clock,
    kube,
    writer,
    written,
    seen: () => kube.get<StatusTarget>(ref),
    patches: () =>
      kube.server.requests.filter(({ method }) => method === "PATCH").map(({ body }) =>
        body !== null && typeof body === "object" && "status" in body ? body["status"] : body
      ),
  };
}

async function settle(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await clock.settle();
}

Deno.test("a status waits until its pod is seen in the server", async () => {
  const { clock, writer, seen, patches, written } = await stage();
  writer.write(web, { phase: "Running" });
  await settle(clock);
  assert.deepEqual(patches(), []);
  writer.see("web-uid", await seen());
  await settle(clock);
  assert.deepEqual(patches(), [{ phase: "Running" }]);
  assert.ok(writer.isWritten("web-uid"));
  assert.deepEqual(written, ["web-uid"]);
});

Deno.test("of what is written before it can be sent only the newest is sent", async () => {
  const { clock, writer, seen, patches } = await stage();
  writer.see("web-uid", await seen());
  await settle(clock);
  for (const message of ["one", "two", "three"]) {
    writer.write(web, { phase: "Pending", message });
  }
  await settle(clock);
  assert.deepEqual(patches(), [{ message: "three" }]);
  writer.write(web, { phase: "Pending", message: "three" });
  await settle(clock);
  assert.equal(patches().length, 1, "nothing new");
});

Deno.test("to hear of an own write late is no news; to hear of it once more is", async () => {
  const { clock, writer, seen, patches } = await stage();
  writer.see("web-uid", await seen());
  writer.write(web, { phase: "Running" });
  await settle(clock);
  const running = await seen();
  writer.write(web, { phase: "Running", message: "still" });
  await settle(clock);
  writer.see("web-uid", running);
  await settle(clock);
  assert.equal(patches().length, 2);
  writer.see("web-uid", await seen());
  // A server that was restored to what it had before.
  writer.see("web-uid", { ...running });
  await settle(clock);
  assert.deepEqual(patches().slice(2), [{ message: "still" }]);
});

Deno.test("a status whose records have made way for newer ones is sent all the same", async () => {
  const { clock, writer, seen, patches } = await stage({ maxRecords: 10 });
  writer.write(web, { phase: "Running" });
  await settle(clock);
  for (let n = 0; n < 30; n++) {
    writer.write({ namespace: "default", name: `${n}`, uid: `${n}` }, { phase: "Running" });
    await settle(clock);
  }
  writer.see("web-uid", await seen());
  await settle(clock);
  assert.deepEqual(patches(), [{ phase: "Running" }]);
});

Deno.test("a released pod is deleted once, with its UID", async () => {
  const { clock, kube, writer, seen } = await stage();
  writer.see("web-uid", await seen());
  writer.release("web-uid");
  await settle(clock);
  assert.ok(kube.server.get(ref), "it has no last status yet");
  writer.write(web, { phase: "Failed" });
  await settle(clock);
  assert.equal(kube.server.get(ref), undefined);
  assert.deepEqual(kube.server.writes().map((write) => write.split(" ")[0]), ["PATCH", "DELETE"]);
});

Deno.test("what another pod of the same name is, is not touched", async () => {
  const { clock, kube, writer, seen } = await stage();
  writer.see("web-uid", await seen());
  kube.server.remove(ref);
  kube.server.put(pods, {
    metadata: { name: "web", namespace: "default", uid: "second" },
    spec: { nodeName: "edge-1" },
    status: { phase: "Pending" },
  });
  writer.write(web, { phase: "Failed" });
  writer.release("web-uid");
  await clock.advance(600_000);
  const { metadata, status } = await seen();
  assert.deepEqual([metadata.uid, status?.phase], ["second", "Pending"]);
  assert.ok(kube.server.writes().length <= 2, "it does not try for ever");
});

Deno.test("a status that an earlier agent wrote goes on, with its times", async () => {
  const { clock, kube, writer, seen, patches } = await stage();
  const ready = (lastTransitionTime: string) => ({
    phase: "Running",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime }],
  });
  await kube.patch({ ...ref, subresource: "status" }, {
    kind: "strategic",
    body: { status: ready("2025-01-01T00:00:00Z") },
  });
  writer.write(web, ready("2026-01-01T00:00:00Z"));
  writer.see("web-uid", await seen());
  await settle(clock);
  assert.equal(patches().length, 1, "only the earlier agent's");
  const [condition] = writer.last("web-uid")?.conditions ?? [];
  assert.equal(condition?.lastTransitionTime, "2025-01-01T00:00:00Z");
});

Deno.test("what somebody makes of a status before its answer comes is answered as well", async () => {
  let isMade = false;
  const { clock, writer, seen, patches } = await stage({
    async beforeAnswer({ kube, writer }) {
      if (isMade) return;
      isMade = true;
      // The controller manager takes the node for dead, and the watch is faster than the answer.
      const body = { status: { message: "Node is not ready" } };
      await kube.patch({ ...ref, subresource: "status" }, { kind: "merge", body });
      writer.see("web-uid", await kube.get<StatusTarget>(ref));
    },
  });
  writer.see("web-uid", await seen());
  writer.write(web, { phase: "Running", message: "well" });
  await settle(clock);
  assert.equal((await seen()).status?.message, "well");
  assert.deepEqual(patches().at(-1), { message: "well" });
  assert.ok(writer.isWritten("web-uid"));
});
