/** A TCP proxy on loopback whose answers come slowly: run as a program, `slow_proxy_program.ts LISTEN_PORT TARGET_PORT`. */

const chunkBytes = 32 * 1024;
const pauseMs = 50;

/** At most 640 KiB in a second pass through it. */
function throttle(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    async transform(data, controller) {
      for (let at = 0; at < data.length; at += chunkBytes) {
        controller.enqueue(data.slice(at, at + chunkBytes));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
  });
}

async function serve(client: Deno.Conn, targetPort: number): Promise<void> {
  const target = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
  await Promise.allSettled([
    client.readable.pipeTo(target.writable),
    target.readable.pipeThrough(throttle()).pipeTo(client.writable),
  ]);
}

if (import.meta.main) {
  const [listenPort, targetPort] = Deno.args.map(Number);
  if (listenPort === undefined || targetPort === undefined) throw new Error("two ports, please");
  for await (const client of Deno.listen({ hostname: "127.0.0.1", port: listenPort })) {
    serve(client, targetPort).catch(() => client.close());
  }
}
