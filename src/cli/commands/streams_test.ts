/** exec, attach and port-forward: from the command line through an agent's socket to a streaming server. */
import assert from "node:assert/strict";
import { runCommand, type RunOptions } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { controlFrame, type SpdyServer, spdyServer } from "../../../tests/fakes/spdy_server.ts";
import { readText, startStreamingServer } from "../../../tests/fakes/streaming_server.ts";
import { systemClock } from "../../adapters/clock.ts";
import type { StreamRequest } from "../../core/stream/stream_request.ts";
import { Failed, NotFound } from "../../ports/errors.ts";
import { createStreamProxy } from "../../server/kubelet/stream_proxy.ts";
import type { Input } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";

const pods = [
  pod("web-pi-1").spec({ nodeName: "pi-1" }).container("main", {
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  }).build(),
  pod("two").namespace("shop").container("a").container("b", { tty: true, stdin: true }).build(),
];

/** An agent whose streams lead to a streaming server of the test's. */
async function node(streamUrl?: (request: StreamRequest) => Promise<URL>) {
  const runtime = startStreamingServer();
  const asked: StreamRequest[] = [];
  const proxy = createStreamProxy({
    functions: {
      streamUrl(request) {
        asked.push(request);
        return streamUrl?.(request) ?? Promise.resolve(runtime.url);
      },
    },
    clock: systemClock(),
    log: fakeLog(),
    idleMs: 60_000,
  });
  const agent = await startFakeAgent({ pods: () => pods }, proxy);
  return {
    asked,
    agent,
    /** The far end of the next connection. */
    next: async (): Promise<SpdyServer> => await spdyServer(await runtime.next()),
    run: (args: readonly string[], options?: RunOptions) => {
      const [name = "", ...rest] = args;
      return runCommand([name, "--socket", agent.socket, ...rest], options);
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
    },
  };
}

const success = '{"metadata":{},"status":"Success"}';

function nonZero(code: number): string {
  const details = { causes: [{ reason: "ExitCode", message: String(code) }] };
  return JSON.stringify({ status: "Failure", reason: "NonZeroExitCode", message: "…", details });
}

/** stdin that gives these pieces; one that ends then unless it is a terminal. */
function input(pieces: readonly string[], terminal?: { columns: number; rows: number }) {
  const left = [...pieces];
  const resized: (() => void)[] = [];
  let isRaw = false;
  const stdin: Input = {
    isTerminal: terminal !== undefined,
    read() {
      const piece = left.shift();
      if (piece !== undefined) return Promise.resolve(new TextEncoder().encode(piece));
      return terminal === undefined ? Promise.resolve(null) : new Promise(() => {});
    },
    makeRaw() {
      isRaw = true;
      return { [Symbol.dispose]: () => void (isRaw = false) };
    },
    size: () => terminal ?? assert.fail("there is no terminal"),
    onResize(changed) {
      resized.push(changed);
      return { [Symbol.dispose]: () => void resized.splice(resized.indexOf(changed), 1) };
    },
  };
  return { stdin, resized, isRaw: () => isRaw };
}

Deno.test("a command's output and complaints go where they belong, and its exit code is the command line's", async () => {
  await using lab = await node();
  const running = lab.run(["exec", "web", "--", "sh", "-c", "exit 3"]);
  const far = await lab.next();
  assert.match(far.head, /^POST \/exec\/token HTTP\/1.1\r\n/);
  assert.match(far.head, /\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n/);
  const streams = await far.streams("error", "stdout", "stderr");
  await streams.get("stdout")?.write("out\n");
  await streams.get("stderr")?.write("err\n");
  await streams.get("stdout")?.write("more\n");
  await streams.get("error")?.write(nonZero(3));
  for (const stream of streams.values()) await stream.end();
  assert.deepEqual(await running, {
    code: 3,
    stdout: "out\nmore\n",
    stderr: "err\ncommand terminated with exit code 3\n",
  });
  await far.closed;
  assert.deepEqual(lab.asked, [{
    kind: "exec",
    target: { namespace: "default", pod: "web-pi-1", container: "main" },
    command: ["sh", "-c", "exit 3"],
    streams: { stdin: false, stdout: true, stderr: true, tty: false },
  }]);
});

Deno.test("stdin is given in, and its end", async () => {
  await using lab = await node();
  const { stdin } = input(["one ", "two"]);
  const running = lab.run(["exec", "-i", "web", "--", "cat"], { stdin });
  const streams = await (await lab.next()).streams("error", "stdin", "stdout", "stderr");
  assert.equal(await streams.get("stdin")?.text(), "one two");
  await streams.get("error")?.write(success);
  for (const stream of streams.values()) await stream.end();
  assert.deepEqual(await running, { code: 0, stdout: "", stderr: "" });
});

Deno.test("a terminal is raw while the command runs, and tells its size when it changes", async () => {
  await using lab = await node();
  const size = { columns: 80, rows: 24 };
  const terminal = input(["q"], size);
  const running = lab.run(["exec", "-it", "web", "--", "top"], { stdin: terminal.stdin });
  const far = await lab.next();
  const streams = await far.streams("error", "stdin", "stdout", "resize");
  const text = async (type: string): Promise<string> =>
    new TextDecoder().decode(await streams.get(type)?.next() ?? new Uint8Array());
  assert.equal(await text("resize"), '{"Width":80,"Height":24}');
  assert.equal(await text("stdin"), "q");
  assert.equal(terminal.isRaw(), true);
  Object.assign(size, { columns: 132, rows: 43 });
  for (const changed of terminal.resized) changed();
  assert.equal(await text("resize"), '{"Width":132,"Height":43}');
  await streams.get("error")?.write(success);
  for (const stream of streams.values()) await stream.end();
  assert.equal((await running).code, 0);
  assert.deepEqual([terminal.isRaw(), terminal.resized.length], [false, 0]);
  assert.deepEqual(lab.asked.map((each) => "streams" in each && each.streams), [
    { stdin: true, stdout: true, stderr: false, tty: true },
  ]);
});

Deno.test("without a terminal of its own a command gets none", async () => {
  await using lab = await node();
  const running = lab.run(["exec", "-it", "web", "--", "sh"], { stdin: input([]).stdin });
  const streams = await (await lab.next()).streams("error", "stdin", "stdout", "stderr");
  await streams.get("error")?.write(success);
  for (const stream of streams.values()) await stream.end();
  const stderr = "stdin is no terminal, so the command gets none\n";
  assert.deepEqual(await running, { code: 0, stdout: "", stderr });
});

Deno.test("who attaches gets the terminal that the process has", async () => {
  await using lab = await node();
  const running = lab.run(["attach", "-n", "shop", "two", "-c", "b"]);
  const far = await lab.next();
  const streams = await far.streams("error", "stdout", "resize");
  await streams.get("stdout")?.write("tick\r\n");
  await streams.get("error")?.write(success);
  for (const stream of streams.values()) await stream.end();
  assert.deepEqual(await running, { code: 0, stdout: "tick\r\n", stderr: "" });
  assert.deepEqual(lab.asked, [{
    kind: "attach",
    target: { namespace: "shop", pod: "two", container: "b" },
    streams: { stdin: false, stdout: true, stderr: false, tty: true },
  }]);
});

Deno.test("what keeps a command from running is told in the runtime's words", async () => {
  await using lab = await node();
  const running = lab.run(["exec", "web", "--", "nope"]);
  const streams = await (await lab.next()).streams("error", "stdout", "stderr");
  const message = 'exec: "nope": executable file not found in $PATH';
  await streams.get("error")?.write(JSON.stringify({ status: "Failure", message }));
  for (const stream of streams.values()) await stream.end();
  assert.deepEqual(await running, {
    code: ExitCode.failure,
    stdout: "",
    stderr: `skerry: ${message}\n`,
  });
});

Deno.test("a connection that breaks off is no success", async () => {
  await using lab = await node();
  const running = lab.run(["exec", "web", "--", "sleep", "9"]);
  const far = await lab.next();
  const streams = await far.streams("error", "stdout", "stderr");
  await streams.get("stdout")?.write("half");
  far.close();
  const { code, stdout, stderr } = await running;
  assert.deepEqual([code, stdout], [ExitCode.unreachable, "half"]);
  assert.match(stderr, /broke off its answer/);
});

Deno.test("streams that are reset end, and a ping is answered", async () => {
  await using lab = await node();
  const running = lab.run(["exec", "web", "--", "true"]);
  const far = await lab.next();
  const streams = await far.streams("error", "stdout", "stderr");
  await far.send(controlFrame(6, [2]));
  assert.equal(await far.ping(), 2);
  await streams.get("error")?.write(success);
  await streams.get("stdout")?.reset();
  await streams.get("stderr")?.reset();
  await streams.get("error")?.end();
  assert.equal((await running).code, 0);
});

Deno.test("Ctrl-C ends a command without a terminal with 130, and lets go of it", async () => {
  await using lab = await node();
  const stop = new AbortController();
  const running = lab.run(["exec", "web", "--", "sleep", "9"], { signal: stop.signal });
  const far = await lab.next();
  await far.streams("error", "stdout", "stderr");
  stop.abort();
  assert.equal((await running).code, ExitCode.interrupted);
  await far.closed;
});

Deno.test("the agent's refusals", async (t) => {
  const cases: readonly (readonly [error: Error, code: ExitCode])[] = [
    [new NotFound("pod does not exist"), ExitCode.notFound],
    [new Failed('container not found ("main")'), ExitCode.failure],
  ];
  for (const [error, code] of cases) {
    await t.step(error.message, async () => {
      await using lab = await node(() => Promise.reject(error));
      const ran = await lab.run(["exec", "web", "--", "true"]);
      assert.deepEqual(ran, { code, stdout: "", stderr: `skerry: ${error.message}\n` });
    });
  }
});

Deno.test("a pod that is not there, and an agent that is not there", async () => {
  await using lab = await node();
  assert.equal((await lab.run(["exec", "nope", "--", "true"])).code, ExitCode.notFound);
  assert.equal((await lab.run(["attach", "nope"])).code, ExitCode.notFound);
  assert.equal((await lab.run(["port-forward", "nope", "80"])).code, ExitCode.notFound);
  const away = await runCommand(["exec", "web", "--socket", "/nowhere", "--", "true"]);
  assert.equal(away.code, ExitCode.unreachable);
});

/** Runs port-forward, and gives the ports that it says. */
async function forwarding(lab: Awaited<ReturnType<typeof node>>, ...args: readonly string[]) {
  const stop = new AbortController();
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  const onStdout = (text: string) => {
    said.push(text);
    if (said.length === args.length - 1) ready.resolve();
  };
  const running = lab.run(["port-forward", ...args], { signal: stop.signal, onStdout });
  await Promise.race([ready.promise, running]);
  const ports = said.map((text) => Number(/:(\d+) -> /.exec(text)?.[1]));
  return {
    said,
    connect: (at: number) => Deno.connect({ hostname: "127.0.0.1", port: ports[at] ?? 0 }),
    async stop() {
      stop.abort();
      return await running;
    },
  };
}

Deno.test("each connection to a forwarded port is one into the pod, both ways", async () => {
  await using lab = await node();
  const forward = await forwarding(lab, "web", ":80", ":http");
  assert.match(
    forward.said.join(""),
    /^Forwarding from 127.0.0.1:\d+ -> 80\nForwarding .* -> 8080\n$/,
  );
  const first = await forward.connect(0);
  const far = await lab.next();
  assert.match(far.head, /\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n/);
  const [errors, data] = [await far.stream(), await far.stream()];
  assert.deepEqual(errors.headers, { streamtype: "error", port: "80", requestid: "0" });
  assert.deepEqual(data.headers, { streamtype: "data", port: "80", requestid: "0" });
  await first.write(new TextEncoder().encode("GET"));
  assert.equal(new TextDecoder().decode(await data.next() ?? undefined), "GET");
  const second = await forward.connect(1);
  const other = await lab.next();
  assert.equal((await other.stream()).headers["port"], "8080");
  await first.closeWrite();
  assert.equal(await data.next(), null);
  await data.write("200 OK");
  await data.end();
  await errors.end();
  assert.equal(await readText(first), "200 OK");
  first.close();
  const { code, stderr } = await forward.stop();
  assert.deepEqual([code, stderr], [ExitCode.interrupted, ""]);
  assert.equal(await readText(second).catch(() => ""), "");
  second.close();
  assert.deepEqual(lab.asked, [
    { kind: "portForward", target: { namespace: "default", pod: "web-pi-1" } },
    { kind: "portForward", target: { namespace: "default", pod: "web-pi-1" } },
  ]);
});

Deno.test("what a connection fails of is told, and the others go on", async () => {
  await using lab = await node();
  const forward = await forwarding(lab, "web", ":80");
  const failing = await forward.connect(0);
  const far = await lab.next();
  const [errors, data] = [await far.stream(), await far.stream()];
  // In containerd's order.
  await data.end();
  assert.equal(await readText(failing), "");
  failing.close();
  await errors.write("error forwarding port 80: connection refused");
  await errors.end();
  await far.closed;
  const next = await forward.connect(0);
  await lab.next();
  next.close();
  const { stderr } = await forward.stop();
  assert.equal(stderr, "skerry: error forwarding port 80: connection refused\n");
});

Deno.test("a port that is taken, one that nobody has, and what is no port", async () => {
  await using lab = await node();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = await lab.run(["port-forward", "web", `${taken.addr.port}:80`]);
  taken.close();
  assert.equal(busy.code, ExitCode.failure);
  assert.match(busy.stderr, /^skerry: cannot listen on 127.0.0.1:\d+: /);
  const unnamed = await lab.run(["port-forward", "web", "8000:metrics"]);
  assert.equal(unnamed.code, ExitCode.notFound);
  assert.match(unnamed.stderr, /pod default\/web-pi-1 has a port "metrics"/);
  for (const bad of ["x", "1:2:3", "80:", "70000", "0:80", ":"]) {
    assert.equal((await lab.run(["port-forward", "web", bad])).code, ExitCode.usage, bad);
  }
});
