/** `skerry events` against an agent that remembers what a test gave it. */
import { deepEqual, equal } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { fakeEvents, startFakeAgent } from "../../../tests/fakes/control.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { RecordedEvent } from "../../core/event.ts";
import { ExitCode } from "../exit_codes.ts";

/** Long enough ago that ages do not change while the test runs. */
const hour = 3_600_000;
const ago = (hours: number) => Date.now() - (hours + 0.5) * hour;

function event(fields: Partial<RecordedEvent> & { readonly sequence: number }): RecordedEvent {
  return {
    type: "Normal",
    reason: "Started",
    message: "Container started",
    namespace: "default",
    name: "web",
    uid: "web-uid",
    fieldPath: "spec.containers{main}",
    count: 1,
    firstSeen: ago(20),
    lastSeen: ago(20),
    ...fields,
  };
}

const kept: readonly RecordedEvent[] = [
  event({ sequence: 1 }),
  event({ sequence: 2, name: "gone", namespace: "shop" }),
  event({
    sequence: 5,
    type: "Warning",
    reason: "BackOff",
    message: "Back-off\n\x1b[2J",
    count: 4,
    lastSeen: ago(10),
  }),
];

const table = `LAST SEEN           NAMESPACE   TYPE      REASON    OBJECT     MESSAGE
20h                 default     Normal    Started   pod/web    Container started
20h                 shop        Normal    Started   pod/gone   Container started
10h (x4 over 20h)   default     Warning   BackOff   pod/web    Back-off\\n\\x1b[2J
`;

function agentWith(list: readonly RecordedEvent[]): ReturnType<typeof startFakeAgent> {
  return startFakeAgent({
    pods: () => [pod("web").build()],
    events: (after) => list.filter(({ sequence }) => sequence > after),
  });
}

Deno.test("events are listed with their counts", async () => {
  await using agent = await agentWith(kept);
  const ran = await runCommand(["events", "--socket", agent.socket]);
  deepEqual(ran, { code: 0, stdout: table, stderr: "" });
});

Deno.test("events of one pod or namespace, also of a pod that is gone", async () => {
  await using agent = await agentWith(kept);
  const reasons = async (...args: string[]) => {
    const { stdout } = await runCommand([
      "events",
      "-o",
      "json",
      ...args,
      "--socket",
      agent.socket,
    ]);
    const { items }: { items: { metadata: { name: string } }[] } = JSON.parse(stdout);
    return items.map(({ metadata }) => metadata.name);
  };
  deepEqual(await reasons(), ["web.1", "gone.2", "web.5"]);
  deepEqual(await reasons("--for", "web"), ["web.1", "web.5"]);
  deepEqual(await reasons("--for", "default/web"), ["web.1", "web.5"]);
  deepEqual(await reasons("--for", "gone"), ["gone.2"]);
  deepEqual(await reasons("--for", "shop/gone"), ["gone.2"]);
  deepEqual(await reasons("--for", "gone", "-n", "shop"), ["gone.2"]);
  deepEqual(await reasons("-n", "shop"), ["gone.2"]);
});

Deno.test("events of a pod that never was, or of one of two", async () => {
  const pods = () => [pod("web").build(), pod("web").namespace("other").build()];
  await using agent = await startFakeAgent({ pods });
  const run = (name: string) => runCommand(["events", "--for", name, "--socket", agent.socket]);
  equal((await run("nope")).code, ExitCode.notFound);
  equal((await run("web")).code, ExitCode.usage);
});

Deno.test("an event is a v1 Event to programs", async () => {
  const firstSeen = Date.UTC(2026, 0, 1);
  await using agent = await agentWith([event({ sequence: 31, firstSeen, lastSeen: firstSeen })]);
  const { stdout } = await runCommand(["events", "-o", "json", "--socket", agent.socket]);
  deepEqual(JSON.parse(stdout).items, [{
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "web.1f", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
    involvedObject: {
      apiVersion: "v1",
      kind: "Pod",
      name: "web",
      namespace: "default",
      uid: "web-uid",
      fieldPath: "spec.containers{main}",
    },
    type: "Normal",
    reason: "Started",
    message: "Container started",
    count: 1,
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:00:00Z",
    source: { component: "skerry" },
  }]);
});

Deno.test("no events", async () => {
  await using agent = await startFakeAgent();
  const ran = await runCommand(["events", "--socket", agent.socket]);
  deepEqual(ran, { code: 0, stdout: "", stderr: "No events.\n" });
});

Deno.test("what is followed comes as it happens, until Ctrl-C", async () => {
  const events = fakeEvents();
  events.record(event({ sequence: 0 }));
  const stop = new AbortController();
  await using agent = await startFakeAgent(events);
  let shown = 0;
  const onStdout = () => {
    shown += 1;
    if (shown === 1) events.record(event({ sequence: 0, reason: "Killing" }));
    if (shown === 2) events.record(event({ sequence: 0, name: "other", reason: "Pulled" }));
    if (shown === 3) stop.abort();
  };
  const args = ["events", "-f", "-o", "json", "--socket", agent.socket];
  const { code, stdout, stderr } = await runCommand(args, { signal: stop.signal, onStdout });
  deepEqual([code, stderr], [ExitCode.interrupted, ""]);
  const reasons = stdout.trim().split("\n").map((line) => JSON.parse(line).reason);
  deepEqual(reasons, ["Started", "Killing", "Pulled"]);
});
