/**
 * The two messages of grpc.health.v1.Health/Check, small enough to be written by hand.
 * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/** The call's path. */
export const checkPath = "/grpc.health.v1.Health/Check";

const statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

const serviceTag = 10;
const statusTag = 8;

/** HealthCheckRequest: field 1 is the service. */
export function encodeRequest(service: string): Uint8Array {
  const writer = new BinaryWriter();
  if (service !== "") writer.uint32(serviceTag).string(service);
  return writer.finish();
}

/** HealthCheckResponse: field 1 is the status; one that is not known is given as its number. */
export function decodeResponse(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  let status = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === statusTag) status = reader.int32();
    else reader.skip(tag & 7);
  }
  return statuses[status] ?? `${status}`;
}
