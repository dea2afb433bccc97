/** Which of containerd's own events the agent hears of, and as what. */
import assert from "node:assert/strict";
import { eventOf } from "./containerd_events.ts";
import { ContainerDelete, TaskExit, TaskOOM } from "./gen/containerd/events/events.ts";
import { Envelope } from "./gen/containerd/services/events/v1/events.ts";

function envelope(topic: string, value: Uint8Array): Envelope {
  return Envelope.fromPartial({
    timestamp: { seconds: 1_700_000_000n, nanos: 123_456_789 },
    namespace: "k8s.io",
    topic,
    event: { typeUrl: "", value },
  });
}

function exit(id: string): Uint8Array {
  return TaskExit.encode(TaskExit.fromPartial({ containerId: "c1", id, exitStatus: 1 })).finish();
}

Deno.test("the end of a container's own process is its exit, with its time", () => {
  assert.deepEqual(eventOf(envelope("/tasks/exit", exit("c1"))), {
    type: "Exited",
    containerId: "c1",
    at: 1_700_000_000_123,
  });
});

Deno.test("the end of a command in the container is none", () => {
  assert.equal(eventOf(envelope("/tasks/exit", exit("exec-1"))), null);
});

Deno.test("memory that ran out and removal are told", () => {
  const oom = TaskOOM.encode({ containerId: "c1" }).finish();
  assert.equal(eventOf(envelope("/tasks/oom", oom))?.type, "OutOfMemory");
  const gone = ContainerDelete.encode({ id: "c1" }).finish();
  assert.equal(eventOf(envelope("/containers/delete", gone))?.containerId, "c1");
});

Deno.test("other topics are not ours", () => {
  assert.equal(eventOf(envelope("/images/create", new Uint8Array())), null);
});
