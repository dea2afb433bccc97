/** `skerry relay tail` against an agent that relays what a test gave it. */
import { deepEqual, equal, match } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import type { TappedMessage } from "../../core/relay/tapped_message.ts";
import { aborted } from "../../ports/aborted.ts";
import type { ControlFunctions, RelayState } from "../../server/control/control_api.ts";
import { ExitCode } from "../exit_codes.ts";

const connected: RelayState = {
  mode: "Fallback",
  isActive: true,
  broker: "mqtts://broker.example.com:8883",
  acknowledgedAt: null,
  problem: "",
};

const batch: TappedMessage = {
  at: Date.UTC(2026, 0, 1),
  direction: "up",
  topic: "skerry/v1/north/system:node:pi-1/journal",
  kind: "journal",
  session: 300,
  counter: 4,
  bytes: 312,
  verdict: "sent",
  problem: "",
  missed: 0,
  body: { records: [] },
};
const answer: TappedMessage = {
  ...batch,
  direction: "down",
  kind: "acknowledgement",
  verdict: "believed",
  body: {},
};

/** Both messages pass, and then nothing more until the reader goes. */
const relayMessages: ControlFunctions["relayMessages"] = async function* (signal) {
  yield batch;
  yield answer;
  await aborted(signal);
};

/** Runs until two messages were shown. */
async function tail(relay: RelayState | null, args: readonly string[] = []) {
  await using agent = await startFakeAgent({ relay: () => relay, relayMessages });
  const stop = new AbortController();
  let shown = 0;
  const onStdout = () => {
    shown += 1;
    if (shown === 2) stop.abort();
  };
  const command = ["relay", "tail", ...args, "--socket", agent.socket];
  return await runCommand(command, { signal: stop.signal, onStdout });
}

Deno.test("messages are shown as they pass, until Ctrl-C", async () => {
  deepEqual(await tail(connected), {
    code: ExitCode.interrupted,
    stdout:
      '2026-01-01T00:00:00.000Z  ↑  journal          300/4              312 B  sent      {"records":[]}\n' +
      "2026-01-01T00:00:00.000Z  ↓  acknowledgement  300/4              312 B  believed  {}\n",
    stderr: "",
  });
});

Deno.test("programs get an object a line", async () => {
  const { stdout } = await tail(connected, ["-o", "json"]);
  const objects = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const time = "2026-01-01T00:00:00.000Z";
  const whole = [batch, answer].map(({ at: _at, ...rest }) => ({ time, ...rest }));
  deepEqual(objects, whole);
});

Deno.test("why nothing may be seen for a while is told first", async () => {
  const idle = { ...connected, isActive: false, broker: "" };
  equal(
    (await tail(idle)).stderr,
    "Status goes to the API server now; messages pass when that is away.\n",
  );
  const away = { ...connected, broker: "", problem: "connection refused" };
  equal((await tail(away)).stderr, "The broker is away: connection refused\n");
});

Deno.test("without a relay the command says what to configure", async () => {
  deepEqual(await tail(null), {
    code: ExitCode.failure,
    stdout: "",
    stderr: "skerry: this node has no relay: its configuration names no message broker\n" +
      "hint: set relay.cluster and relay.brokers in the agent's configuration and restart it\n",
  });
});

Deno.test("relay alone shows what there is", async () => {
  const { code, stderr } = await runCommand(["relay"]);
  equal(code, ExitCode.usage);
  match(stderr, /tail \[options\] +follow what passes over the broker/);
});
