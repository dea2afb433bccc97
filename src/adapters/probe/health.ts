/** Asks a server for its health over gRPC, without TLS. */
import { Buffer } from "node:buffer";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { HealthAnswer } from "../../core/probe/answer.ts";
import { probeUserAgent } from "../../core/probe/http_request.ts";
import { joinHostPort, type Target } from "../../core/probe/target.ts";
import { messageOf } from "../../ports/errors.ts";
import type { ProbeLimits } from "../../ports/probes.ts";
import { portError } from "../cri/errors.ts";
import { checkPath, decodeResponse, encodeRequest } from "./health_codec.ts";
import { type Limited, withLimits } from "./limits.ts";

/** A connection that fails is tried again until the time is over, as Go's client does. */
const channelOptions = {
  "grpc.primary_user_agent": probeUserAgent,
  "grpc.initial_reconnect_backoff_ms": 1_000,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
  "grpc.enable_retries": 0,
  "grpc.enable_http_proxy": 0,
};

/** As {@linkcode Probes.health} has it. */
export async function health(
  target: Target & { readonly service: string },
  limits: ProbeLimits & { readonly timeoutMs: number },
): Promise<HealthAnswer> {
  const address = joinHostPort(target);
  const client = new Client(address, credentials.createInsecure(), channelOptions);
  const deadline = Date.now() + limits.timeoutMs;
  try {
    return await withLimits(limits, async (limited) => {
      if (!await isConnected(client, { deadline, limited })) return { kind: "NotConnected" };
      return await check(client, { service: target.service, deadline, limited });
    });
  } finally {
    client.close();
  }
}

interface Call {
  readonly deadline: number;
  readonly limited: Limited;
}

function isConnected(client: Client, { deadline, limited }: Call): Promise<boolean> {
  return new Promise((resolve) => {
    limited.signal.addEventListener("abort", () => resolve(false), { once: true });
    client.waitForReady(deadline, (error) => resolve(error === undefined));
  });
}

function check(
  client: Client,
  { service, deadline, limited: { signal } }: Call & { readonly service: string },
): Promise<HealthAnswer> {
  return new Promise((resolve) => {
    const call = client.makeUnaryRequest(
      checkPath,
      (message: string) => Buffer.from(encodeRequest(message)),
      decodeResponse,
      service,
      { deadline },
      (error, answer = "UNKNOWN") =>
        resolve(error === null ? { kind: "Answered", status: answer } : failure(error)),
    );
    signal.addEventListener("abort", () => call.cancel(), { once: true });
  });
}

function failure(error: ServiceError): HealthAnswer {
  switch (error.code) {
    case status.UNIMPLEMENTED:
      return { kind: "Unimplemented", message: error.details };
    case status.DEADLINE_EXCEEDED:
    case status.CANCELLED:
      return { kind: "TimedOut" };
    default:
      return { kind: "Failed", message: messageOf(portError(error)) };
  }
}
