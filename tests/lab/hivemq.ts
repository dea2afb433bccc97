/** HiveMQ Community Edition with the limits and rights of deploy/broker: a second make of broker, on loopback or inside a lab. */
import { createPrivateKey } from "node:crypto";
import { hivemqArgv } from "./hivemq_program.ts";
import {
  type LabBroker,
  type LabBrokerOptions,
  startLabBroker,
  writeBrokerCertificates,
} from "./lab_broker.ts";
import { requireHiveMqParts } from "./task_parts.ts";

export interface HiveMqOptions extends LabBrokerOptions {
  /** Of its WebSockets; any port when left out. */
  readonly webSocketPort?: number;
}

/** Started; throws MissingParts where there is no Java. */
export async function startHiveMq(options: HiveMqOptions): Promise<LabBroker> {
  await requireHiveMqParts();
  const { dir, port, webSocketPort = 0 } = options;
  const authority = writeBrokerCertificates(options);
  toPkcs8(`${dir}/broker.key`);
  const program = {
    name: "hivemq",
    argv: await hivemqArgv({ dir, port, webSocketPort }),
    runningText: "HiveMQ is running",
    startTimeoutMs: 60_000,
    stopTimeoutMs: 30_000,
  };
  return await startLabBroker(options, { authority, program });
}

/** Java reads no other keys. */
function toPkcs8(path: string): void {
  const key = createPrivateKey(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, key.export({ type: "pkcs8", format: "pem" }).toString());
}
