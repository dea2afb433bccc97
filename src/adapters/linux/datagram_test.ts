/** Datagrams to real sockets, received by way of libc. */
import assert from "node:assert/strict";
import { sendDatagram } from "./datagram.ts";

const libc = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** A receiver on a path or an abstract name. */
function receiver(path: string): { next(): string } & Disposable {
  const library = Deno.dlopen("libc.so.6", libc);
  const { socket, bind, recv, close } = library.symbols;
  const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  const name = new TextEncoder().encode(path.replace(/^@/, "\0"));
  assert.equal(bind(fd, Uint8Array.of(AF_UNIX, 0, ...name), 2 + name.length), 0);
  return {
    next() {
      const buffer = new Uint8Array(100);
      const count = Number(recv(fd, buffer, 100n, MSG_DONTWAIT));
      return new TextDecoder().decode(buffer.subarray(0, Math.max(0, count)));
    },
    [Symbol.dispose]() {
      close(fd);
      library.close();
    },
  };
}

for (const kind of ["path", "abstract name"]) {
  Deno.test(`a datagram reaches the socket at its ${kind}`, () => {
    const dir = Deno.makeTempDirSync({ prefix: "skerry-notify-" });
    const address = kind === "path" ? `${dir}/socket` : `@${dir}`;
    {
      using socket = receiver(address);
      sendDatagram(address, "READY=1");
      sendDatagram(address, "WATCHDOG=1");
      assert.deepEqual([socket.next(), socket.next(), socket.next()], [
        "READY=1",
        "WATCHDOG=1",
        "",
      ]);
    }
    Deno.removeSync(dir, { recursive: true });
  });
}

Deno.test("a full queue and a missing receiver are errors, and never a wait", () => {
  const dir = Deno.makeTempDirSync({ prefix: "skerry-notify-" });
  const address = `${dir}/socket`;
  assert.throws(() => sendDatagram(address, "READY=1"), { code: "ENOENT" });
  {
    using _socket = receiver(address);
    assert.throws(() => {
      for (let sent = 0; sent < 10_000; sent++) sendDatagram(address, "WATCHDOG=1");
    }, { code: "EAGAIN" });
  }
  assert.throws(() => sendDatagram(address, "READY=1"), { code: "ECONNREFUSED" });
  Deno.removeSync(dir, { recursive: true });
});
