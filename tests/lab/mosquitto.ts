/** Debian's mosquitto with the configuration of deploy/broker, on loopback or inside a lab. */
import {
  type LabBroker,
  type LabBrokerOptions,
  startLabBroker,
  writeBrokerCertificates,
} from "./lab_broker.ts";
import { requireBrokerParts } from "./parts.ts";

const EXAMPLE = new URL("../../deploy/broker/", import.meta.url).pathname;

export interface MosquittoOptions extends LabBrokerOptions {
  /** Lines behind those of the example, such as another listener. */
  readonly extra?: readonly string[];
}

/** The example with the lab's paths and port, and nothing else changed. */
export function configurationFor(
  example: string,
  { dir, port }: { readonly dir: string; readonly port: number },
): string {
  return example
    .replaceAll("/etc/mosquitto/skerry/", `${dir}/`)
    .replaceAll("/var/lib/mosquitto/", `${dir}/data/`)
    .replace("listener 8883", `listener ${port}`);
}

/** Started; throws MissingParts where there is no mosquitto. */
export async function startMosquitto(options: MosquittoOptions): Promise<LabBroker> {
  await requireBrokerParts();
  const { dir, port, extra = [] } = options;
  const authority = writeBrokerCertificates(options);
  Deno.mkdirSync(`${dir}/data`);
  Deno.copyFileSync(`${EXAMPLE}acl`, `${dir}/acl`);
  const example = Deno.readTextFileSync(`${EXAMPLE}mosquitto.conf`);
  // Debian's user `mosquitto` could not read the test's folder.
  const lines = [configurationFor(example, { dir, port }), "user root", ...extra, ""];
  Deno.writeTextFileSync(`${dir}/mosquitto.conf`, lines.join("\n"));
  const program = {
    name: "mosquitto",
    argv: ["mosquitto", "-c", `${dir}/mosquitto.conf`],
    runningText: " running",
    startTimeoutMs: 10_000,
    stopTimeoutMs: 5_000,
  } as const;
  return await startLabBroker(options, { authority, program });
}
