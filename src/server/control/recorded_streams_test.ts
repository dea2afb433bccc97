/** What root does inside of containers is recorded before it is done. */
import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { SecurityRecord } from "../security_record.ts";
import { recordedStreams } from "./recorded_streams.ts";

Deno.test("an exec over the control socket is root's, and goes on to the streams", async () => {
  const story: unknown[] = [];
  const streams = recordedStreams({
    upgrade: ({ path }) => Promise.resolve(void story.push(path)),
  }, {
    allowed: (
      { user, address, action, pod, container, program, arguments: count }: SecurityRecord,
    ) => void story.push([user, address, action, pod, container, program, count]),
  });
  const socket = new Socket();
  const path = "/exec/default/web/main";
  const query = new URLSearchParams("command=sh&command=-c&command=planted");
  const signal = new AbortController().signal;
  await streams.upgrade({
    path,
    query,
    message: Object.assign(new IncomingMessage(socket), { method: "POST" }),
    socket,
    head: new Uint8Array(0),
    signal,
  });
  assert.deepEqual(story, [["root", "control socket", "exec", "web", "main", "sh", 2], path]);
  socket.destroy();
});
