/** `skerry logs`: what it asks the agent for, and how it ends. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { Invalid, NotFound, Unavailable } from "../../ports/errors.ts";
import type { ControlFunctions } from "../../server/control/control_api.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import { ExitCode } from "../exit_codes.ts";

const pods = [
  pod("web-pi-1").spec({ nodeName: "pi-1" }).build(),
  pod("two").namespace("shop").container("a").container("b").build(),
];

type Logs = ControlFunctions["logs"];

function giving(asked: PodLogRequest[], ...texts: readonly string[]): Logs {
  return (request) => {
    asked.push(request);
    return Promise.resolve(pieces(texts));
  };
}

async function* pieces(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

async function run(
  logs: Logs,
  args: readonly string[],
  options: Parameters<typeof runCommand>[1] = {},
): ReturnType<typeof runCommand> {
  await using agent = await startFakeAgent({ pods: () => pods, logs });
  return await runCommand(["logs", ...args, "--socket", agent.socket], options);
}

const web: PodLogRequest = {
  namespace: "default",
  name: "web-pi-1",
  container: "main",
  follow: false,
  previous: false,
  timestamps: false,
};

const requests: readonly (readonly [args: readonly string[], expected: PodLogRequest])[] = [
  [["web"], web],
  [["web-pi-1", "-f", "-p", "--timestamps"], {
    ...web,
    follow: true,
    previous: true,
    timestamps: true,
  }],
  [["web", "--tail", "0", "--limit-bytes=9"], { ...web, tailLines: 0, limitBytes: 9 }],
  [["web", "--tail", "-1"], web],
  [["web", "--since-time", "2026-01-01T00:00:00Z"], { ...web, since: Date.UTC(2026, 0, 1) }],
  [["shop/two", "-c", "b"], { ...web, namespace: "shop", name: "two", container: "b" }],
  [["two", "-n", "shop", "-c", "a"], { ...web, namespace: "shop", name: "two", container: "a" }],
];

for (const [args, expected] of requests) {
  Deno.test(`what is asked for: skerry logs ${args.join(" ")}`, async () => {
    const asked: PodLogRequest[] = [];
    const ran = await run(giving(asked, "one\n", "two \x1b[31mred\x1b[0m\n"), args);
    deepEqual(ran, { code: 0, stdout: "one\ntwo \x1b[31mred\x1b[0m\n", stderr: "" });
    deepEqual(asked, [expected]);
  });
}

Deno.test("--since counts back from now", async () => {
  const asked: PodLogRequest[] = [];
  await run(giving(asked), ["web", "--since", "5m"]);
  const ago = Date.now() - (asked[0]?.since ?? NaN);
  ok(ago >= 300_000 && ago < 310_000, `${ago}`);
});

Deno.test("who does not choose among several containers is told what was chosen", async () => {
  const ran = await run(giving([], "x\n"), ["two"]);
  deepEqual(ran, {
    code: 0,
    stdout: "x\n",
    stderr: 'Defaulted container "a" out of: a, b\n',
  });
});

const failures: readonly (readonly [error: Error, code: ExitCode, stderr: string])[] = [
  [new NotFound("no such log"), ExitCode.notFound, "skerry: no such log\n"],
  [new Invalid("is waiting to start"), ExitCode.failure, "skerry: is waiting to start\n"],
  [new Unavailable("no runtime"), ExitCode.failure, "skerry: no runtime\n"],
];

for (const [error, code, stderr] of failures) {
  Deno.test(`the agent's refusal: ${error.name}`, async () => {
    deepEqual(await run(() => Promise.reject(error), ["web"]), { code, stdout: "", stderr });
  });
}

Deno.test("a pod or container that is not there", async () => {
  const noPod = await run(giving([]), ["nope"]);
  equal(noPod.code, ExitCode.notFound);
  match(noPod.stderr, /^skerry: no pod "nope" on this node\nhint: `skerry pods` lists them\n$/);
  const noContainer = await run(giving([]), ["web", "-c", "x"]);
  equal(noContainer.code, ExitCode.notFound);
  match(noContainer.stderr, /has no container "x"; it has main/);
});

/** A log of one line whose writer never ends. */
async function* endless(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode("first\n");
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
}

Deno.test("Ctrl-C ends following with 130, and the agent reads no further", async () => {
  const stop = new AbortController();
  let reader: AbortSignal | undefined;
  const gone = Promise.withResolvers<void>();
  const logs: Logs = (_request, signal) => {
    reader = signal;
    signal.addEventListener("abort", () => gone.resolve());
    return Promise.resolve(endless(signal));
  };
  const onStdout = () => stop.abort();
  await using agent = await startFakeAgent({ pods: () => pods, logs });
  const args = ["logs", "-f", "web", "--socket", agent.socket];
  const ran = await runCommand(args, { signal: stop.signal, onStdout });
  deepEqual(ran, { code: ExitCode.interrupted, stdout: "first\n", stderr: "" });
  await gone.promise;
  equal(reader?.aborted, true);
});

Deno.test("an agent that stops while its log is followed", async () => {
  const agent = await startFakeAgent({
    pods: () => pods,
    logs: (_request, signal) => Promise.resolve(endless(signal)),
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const args = ["logs", "-f", "web", "--socket", agent.socket];
  const running = runCommand(args, { onStdout: () => resolve() });
  await promise;
  await agent[Symbol.asyncDispose]();
  const { code, stdout, stderr } = await running;
  deepEqual([code, stdout], [ExitCode.unreachable, "first\n"]);
  match(stderr, /^skerry: the agent on \S+ broke off its answer\nhint: /);
});
