/** What the relay needs of the world, as the configuration has it. */
import type { AccessSource } from "../../adapters/kube/access.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { Invalid, messageOf } from "../../ports/errors.ts";
import type { Random } from "../../ports/random.ts";
import type { RelayPorts } from "../../ports/relay.ts";
import type { RelayConfiguration } from "../config/configuration.ts";

export function relayPorts(
  { broker, bridgeCaFile }: RelayConfiguration,
  { access, clock, random }: {
    /** Of the API server: messages are signed with the node's certificate for it. */
    readonly access: AccessSource;
    readonly clock: Clock;
    readonly random: Random;
  },
): RelayPorts {
  async function identity(): Promise<KeyPair> {
    const { certificate } = await access.current();
    if (certificate === undefined) {
      throw new Invalid("the kubeconfig has no client certificate, which the relay signs with");
    }
    return { certificate: certificate.certPem, key: certificate.keyPem };
  }

  return {
    identity,
    async broker() {
      const { mqttBroker } = await import("../../adapters/mqtt/broker.ts");
      return mqttBroker({ ...broker, identity }, { clock, random });
    },
    async bridgeAuthorities() {
      if (bridgeCaFile !== undefined) return await authoritiesIn(bridgeCaFile);
      const { cluster: { authorityPem } } = await access.current();
      if (authorityPem !== undefined) return authorityPem;
      throw new Invalid("relay.bridgeCAFile: must be set, the kubeconfig names no authority");
    },
  };
}

async function authoritiesIn(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Invalid(`relay.bridgeCAFile: cannot read ${path}: ${messageOf(error)}`);
  }
}
