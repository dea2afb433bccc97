/** A channel of bytes as the stream that the MQTT library wants. */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { concat } from "../../core/bytes.ts";
import { packetSizes } from "../../core/broker/packet_sizes.ts";
import type { ByteChannel } from "../../ports/byte_channel.ts";

/** It is destroyed with an error where the broker announces a packet larger than `maxPacketBytes`, before any of it is kept. */
export function duplexOf(
  channel: ByteChannel,
  { maxPacketBytes }: { readonly maxPacketBytes: number },
): Duplex {
  const sizes = packetSizes({ max: maxPacketBytes });

  function give(stream: Duplex, chunk: Uint8Array | null): void {
    if (stream.destroyed) return;
    const tooLarge = chunk && sizes.tooLarge(chunk);
    if (tooLarge) {
      stream.destroy(new Error(`the broker sends ${tooLarge} bytes, more than ${maxPacketBytes}`));
    } else if (chunk === null) stream.destroy(new Error("the broker closed the connection"));
    else stream.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }

  return new Duplex({
    read() {
      channel.read().then((chunk) => give(this, chunk), (error) => this.destroy(error));
    },
    write(chunk: Uint8Array, _encoding, done) {
      channel.write(chunk).then(() => done(), done);
    },
    // The library writes a packet in pieces; each would be a record of TLS of its own.
    writev(chunks, done) {
      channel.write(concat(chunks.map(({ chunk }) => chunk as Uint8Array))).then(
        () => done(),
        done,
      );
    },
    final(done) {
      channel.close();
      done();
    },
    destroy(error, done) {
      channel.close();
      done(error);
    },
  });
}
