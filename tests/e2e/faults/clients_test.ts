/** Clients of the control socket that misbehave. */
import assert from "node:assert/strict";
import { readProc } from "../../lab/processes.ts";
import { run } from "../../lab/run.ts";
import { succeed, until, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { startStage } from "./stage.ts";

const logBytes = 40_000_000;
const clients = 10;

function residentMb(pid: number | undefined): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readProc(pid ?? 0, "status") ?? "")?.[1];
  return Number(kb) / 1024;
}

async function firstBytes(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(64);
  return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
}

async function sizeOfLogs(folder: string): Promise<number> {
  const { stdout } = await run(["du", "--bytes", "--summarize", folder]);
  return parseInt(stdout);
}

Deno.test("clients that never read their stream cost the agent no memory and nobody the service", async (t) => {
  await using stage = await startStage({ kubelet: { containerLogMaxSize: "100Mi" } });
  const { agent } = stage;
  const script = `head -c ${logBytes} /dev/zero | tr '\\0' x | fold -w 8000; ${FOREVER}`;

  await stage.step(t, "ten who follow a log of 40 MB", async () => {
    await agent.apply("loud.yaml", scriptPod("loud", script));
    await untilRow(agent, "loud-edge-1", "1/1 Running");
    await until("the log is whole", async () => await sizeOfLogs(agent.podLogsDir) > logBytes);
    const before = residentMb(agent.pid);
    const request = "GET /v1/logs?namespace=default&name=loud-edge-1&follow=true HTTP/1.1\r\n" +
      "Host: skerry\r\n\r\n";
    const connections = await Promise.all(Array.from({ length: clients }, async () => {
      const connection = await Deno.connect({ transport: "unix", path: agent.socket });
      await connection.write(new TextEncoder().encode(request));
      return connection;
    }));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const grown = residentMb(agent.pid) - before;
    assert.ok(grown < 40, `${clients} clients made the agent grow by ${grown} MB`);
    const asked = performance.now();
    await succeed(agent, ["pods"]);
    assert.ok(performance.now() - asked < 20_000, "others are served");
    for (const connection of connections) {
      assert.match(await firstBytes(connection), /^HTTP\/1\.1 200 /);
      connection.close();
    }
    assert.deepEqual(await stage.complaints(), []);
  });

  await stage.step(
    t,
    "one who sends no HTTP, and one who leaves in the middle of a request",
    async () => {
      for (
        const text of ["\0\xff junk \r\n\r\n", "POST /v1/images/import HTTP/1.1\r\nContent-Le"]
      ) {
        const connection = await Deno.connect({ transport: "unix", path: agent.socket });
        await connection.write(new TextEncoder().encode(text));
        connection.close();
      }
      await succeed(agent, ["status"]);
      assert.deepEqual(await stage.complaints(), []);
    },
  );
});
