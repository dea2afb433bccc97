/**
 * A gRPC health service on every address of the machine: run as a program, `health_program.ts PORT FILE`. The file says what the
 * status is, SERVING or another; without it the service does not answer.
 */
import { ServerCredentials } from "@grpc/grpc-js";
import type { HealthScript } from "../fakes/probes.ts";
import { healthServer } from "./health_server.ts";

function answerFrom(file: string): HealthScript {
  try {
    return { answer: { kind: "Answered", status: Deno.readTextFileSync(file).trim() } };
  } catch {
    return { answer: { kind: "NotConnected" }, afterMs: 3_600_000 };
  }
}

if (import.meta.main) {
  const [port, file] = Deno.args;
  if (port === undefined || file === undefined) throw new Error("a port and a file, please");
  healthServer(() => answerFrom(file)).bindAsync(
    `0.0.0.0:${port}`,
    ServerCredentials.createInsecure(),
    (error) => {
      if (error !== null) throw error;
    },
  );
}
