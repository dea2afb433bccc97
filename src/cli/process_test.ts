/** What only a process of its own can show: signals, and a reader that goes away. */
import { deepEqual, equal } from "node:assert/strict";
import { startFakeAgent } from "../../tests/fakes/control.ts";
import { pod } from "../../tests/fakes/pods.ts";
import type { ControlFunctions } from "../server/control/control_api.ts";
import { ExitCode } from "./exit_codes.ts";

const program = new URL("../../main.ts", import.meta.url).pathname;

function skerry(...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", program, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** An agent with one pod whose log has a line, and another one as soon as the reader has asked for it. */
function chattyAgent(more: Promise<void>): ReturnType<typeof startFakeAgent> {
  const logs: ControlFunctions["logs"] = (_request, signal) => Promise.resolve(lines(signal));
  async function* lines(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("first\n");
    await more;
    while (!signal.aborted) yield await Promise.resolve(new Uint8Array(65_536));
  }
  return startFakeAgent({ pods: () => [pod("web").build()], logs });
}

async function firstPiece(process: Deno.ChildProcess): Promise<string> {
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${name} ends what follows, quietly and with 130`, async () => {
    const stop = Promise.withResolvers<void>();
    await using agent = await chattyAgent(stop.promise);
    const process = skerry("logs", "-f", "web", "--socket", agent.socket);
    const reader = process.stdout.getReader();
    equal(new TextDecoder().decode((await reader.read()).value), "first\n");
    process.kill(name);
    equal((await reader.read()).done, true);
    equal(await new Response(process.stderr).text(), "");
    equal((await process.status).code, ExitCode.interrupted);
    stop.resolve();
  });
}

Deno.test("a reader that goes away ends the command quietly", async () => {
  const more = Promise.withResolvers<void>();
  await using agent = await chattyAgent(more.promise);
  const process = skerry("logs", "-f", "web", "--socket", agent.socket);
  equal(await firstPiece(process), "first\n");
  more.resolve();
  const stderr = await new Response(process.stderr).text();
  deepEqual([(await process.status).code, stderr], [ExitCode.ok, ""]);
});

Deno.test("the process ends with the command's code", async () => {
  const process = skerry("pods", "--socket", "/nonexistent");
  const { code, stderr } = await process.output();
  equal(code, ExitCode.unreachable);
  equal(new TextDecoder().decode(stderr).split(":")[0], "skerry");
});
