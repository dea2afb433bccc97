/**
 * A client of a port-forward: run as a program, `stalled_reader_program.ts API_PORT PATH POD_PORT MEGABYTES`. Sends so many megabytes
 * and reads nothing; gives up when nothing has been taken for a while. Prints what was taken as JSON.
 */
import { spdyConnection } from "../../src/cli/streams/spdy_connection.ts";
import { connStream } from "../../src/server/streams/conn_stream.ts";
import { askForUpgrade } from "../../src/server/streams/upgrade.ts";

export interface ForwardResult {
  readonly megabytes: number;
  readonly seconds: number;
}

const STALLED_MS = 5_000;
const PIECE = new Uint8Array(1024 * 1024);

const [apiPort, target = "", port = "", megabytes] = Deno.args;
const conn = await Deno.connectTls({ hostname: "127.0.0.1", port: Number(apiPort) });
const answer = await askForUpgrade(conn, {
  method: "POST",
  target,
  headers: [
    ["Host", "node"],
    ["Connection", "Upgrade"],
    ["Upgrade", "SPDY/3.1"],
    ["X-Stream-Protocol-Version", "portforward.k8s.io"],
  ],
});
if (answer.status !== 101) throw new Error(`no port-forward: ${answer.status}`);
const connection = spdyConnection(connStream(conn, answer.rest));
const common = { port, requestid: "0" };
await connection.open({ streamtype: "error", ...common });
const data = await connection.open({ streamtype: "data", ...common });

const start = performance.now();
let sent = 0;
let last = start;
const sending = (async () => {
  while (sent < Number(megabytes)) {
    await data.write(PIECE);
    sent += 1;
    last = performance.now();
  }
})();
if (Number(megabytes) > 0) await Promise.race([sending, stalled()]);
else await new Promise((resolve) => setTimeout(resolve, STALLED_MS));
const result: ForwardResult = { megabytes: sent, seconds: (last - start) / 1000 };
console.log(JSON.stringify(result));
Deno.exit(0);

async function stalled(): Promise<void> {
  while (performance.now() - last < STALLED_MS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
