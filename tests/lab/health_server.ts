/** A gRPC server that tells of its health as a test wants it. */
import { Buffer } from "node:buffer";
import { Server, type ServerUnaryCall, status } from "@grpc/grpc-js";
import type { HealthScript } from "../fakes/probes.ts";

interface Request {
  readonly service: string;
}

/** The messages of grpc.health.v1 as they are on the wire; a name of more than 127 bytes is not needed here. */
const check = {
  path: "/grpc.health.v1.Health/Check",
  requestStream: false,
  responseStream: false,
  requestSerialize: ({ service }: Request) => Buffer.from(service),
  requestDeserialize: (bytes: Buffer): Request => ({ service: bytes.subarray(2).toString() }),
  responseSerialize: (status: number) => Buffer.from([8, status]),
  responseDeserialize: (bytes: Buffer) => bytes[1] ?? 0,
} as const;

const statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

function numberOf(name: string): number {
  const known = statuses.indexOf(name);
  return known < 0 ? Number(name) : known;
}

/** Not bound to a port yet. */
export function healthServer(answer: (service: string) => HealthScript): Server {
  const server = new Server();
  type Reply = (error: object | null, status?: number) => void;
  server.addService({ check }, {
    check(call: ServerUnaryCall<Request, number>, reply: Reply) {
      const { answer: said, afterMs = 0 } = answer(call.request.service);
      setTimeout(() => {
        if (said.kind === "Answered") reply(null, numberOf(said.status));
        else reply({ code: status.NOT_FOUND, details: "unknown service" });
      }, afterMs);
    },
  });
  return server;
}
