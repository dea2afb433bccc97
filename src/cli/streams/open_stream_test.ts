/** What is opened over the agent's socket is let go of, however it ends. */
import assert from "node:assert/strict";
import { closeQuietly, readSome, writeAll } from "../../../tests/fakes/streaming_server.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { forwardPort, listenLocally } from "./forward_port.ts";
import { openStream } from "./open_stream.ts";

/** A signal that knows how many listen to it. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    add.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    remove.apply(signal, args);
  };
  return { controller, signal, listeners };
}

/** An agent that answers every request so, and hangs up then where it is told to. */
function startAgent(answer: string, { hangsUp }: { readonly hangsUp: boolean }) {
  const folder = temporaryFolder();
  const socket = `${folder.path}/s`;
  const listener = Deno.listen({ transport: "unix", path: socket });
  const taken: Deno.Conn[] = [];
  const serving = (async () => {
    for await (const conn of listener) {
      taken.push(conn);
      let head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += new TextDecoder().decode(await readSome(conn, 1));
      }
      await writeAll(conn, new TextEncoder().encode(answer));
      if (hangsUp) conn.close();
    }
  })();
  return {
    socket,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      taken.forEach(closeQuietly);
      folder[Symbol.dispose]();
    },
  };
}

const agreed = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
const ask = { kind: "portForward", target: ["a", "b"], protocols: ["x"] } as const;

Deno.test("a connection that is closed listens to the signal no longer", async () => {
  await using agent = startAgent(agreed, { hangsUp: false });
  const { signal, listeners } = countedSignal();
  const connection = await openStream(ask, { socket: agent.socket, signal });
  assert.equal(listeners.size, 1);
  connection.close();
  assert.equal(listeners.size, 0);
});

Deno.test("nor does one that is refused", async () => {
  await using agent = startAgent("HTTP/1.1 404 Not Found\r\n\r\nno pod", { hangsUp: true });
  const { signal, listeners } = countedSignal();
  await assert.rejects(openStream(ask, { socket: agent.socket, signal }), /no pod/);
  assert.equal(listeners.size, 0);
});

Deno.test("a forwarded connection that the agent drops is let go of on both sides", async () => {
  await using agent = startAgent(agreed, { hangsUp: true });
  const { controller, signal, listeners } = countedSignal();
  const listener = listenLocally({ local: 0, remote: 80 }, "127.0.0.1");
  const options = { pod: ["a", "b"], socket: agent.socket, signal, onProblem: () => {} };
  const forwarding = forwardPort(listener, { ...options, remote: 80 });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  assert.equal(await client.read(new Uint8Array(1)).catch(() => null), null);
  assert.equal(listeners.size, 1, "only the listener's own is left");
  controller.abort();
  await forwarding;
});
