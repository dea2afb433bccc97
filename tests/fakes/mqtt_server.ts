/** A broker that does as a test tells it, over plain TCP on loopback: it sends us elsewhere, says nothing, or too much. */
import { Buffer } from "node:buffer";
import net from "node:net";
import mqttPacket, { type Packet } from "mqtt-packet";

export interface MqttClientSeen {
  readonly packets: readonly Packet[];
  send(packet: Packet): void;
  sendBytes(bytes: Uint8Array): void;
  end(): void;
}

export interface MqttServer extends AsyncDisposable {
  readonly port: number;
  readonly clients: readonly MqttClientSeen[];
}

/** `answer` is called with each packet that comes. */
export async function mqttServer(
  answer: (packet: Packet, client: MqttClientSeen) => void,
): Promise<MqttServer> {
  const clients: MqttClientSeen[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    const packets: Packet[] = [];
    const client: MqttClientSeen = {
      packets,
      send: (packet) => void socket.write(mqttPacket.generate(packet, { protocolVersion: 5 })),
      sendBytes: (bytes) => void socket.write(Buffer.from(bytes)),
      end: () => socket.destroy(),
    };
    clients.push(client);
    const parser = mqttPacket.parser({ protocolVersion: 5 });
    parser.on("packet", (packet) => {
      packets.push(packet);
      answer(packet, client);
    });
    socket.on("data", (chunk: Buffer) => void parser.parse(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    port: address.port,
    clients,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What accepts a client. */
export const accepted: Packet = {
  cmd: "connack",
  reasonCode: 0,
  sessionPresent: false,
} as Packet;
