/** The node's first certificate, which a k3s server signs while a person waits. */
import { removeIfThere } from "../../../adapters/linux/durable_file.ts";
import { rotatingPair } from "../../../adapters/x509/rotating_pair.ts";
import { nameTaken } from "../../../agent/certificates/supervisor_signers.ts";
import { nodeTemplate } from "../../../core/kube/certificate_request.ts";
import { belongTogether } from "../../../core/x509/certificate.ts";
import { certificateRequest } from "../../../core/x509/certificate_request.ts";
import { parsePrivateKey } from "../../../core/x509/private_key.ts";
import { Failed, Forbidden, messageOf, PortError } from "../../../ports/errors.ts";
import type { SupervisedNode, Supervisor } from "../../../ports/supervisor.ts";
import { CliError } from "../../command.ts";
import { setAside, type Undo } from "../undo.ts";
import { type PatiencePorts, patiently } from "./patience.ts";

/** Throws `CliError`, the errors of the store, and the signal's reason. */
export async function firstCertificate(
  { supervisor, node, dir, undo }: {
    readonly supervisor: Pick<Supervisor, "sign">;
    readonly node: SupervisedNode;
    /** Where certificates lie. */
    readonly dir: string;
    readonly undo: Undo;
  },
  ports: PatiencePorts,
  signal: AbortSignal,
): Promise<void> {
  const store = rotatingPair({ dir, prefix: "kubelet-client", clock: ports.clock });
  undo.push({ back: store.giveUpKey });
  const key = parsePrivateKey(await store.nextKey());
  if (!key.ok) throw new Failed(key.error);
  const request = certificateRequest(nodeTemplate({ nodeName: node.name }), key.value);
  const sign = (): Promise<string> => supervisor.sign("client", { request, node });
  const certificate = await explained(() => patiently(sign, ports, signal), node);
  const pair = { certificate, key: key.value.pem };
  if (!belongTogether(pair)) {
    throw new CliError("the server has signed a certificate for another key: it is too old");
  }
  await setAside(store.path, { undo });
  undo.push({ back: () => removePair(store.path) });
  await store.save(pair);
}

async function removePair(link: string): Promise<void> {
  const file = await Deno.realPath(link).catch(() => null);
  await removeIfThere(link);
  if (file !== null) await removeIfThere(file);
}

async function explained(
  call: () => Promise<string>,
  { name }: SupervisedNode,
): Promise<string> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Forbidden) {
      throw new CliError(nameTaken(name), {
        hint: "give this machine another name with --node-name, or delete the other " +
          `(kubectl delete node ${name}), which lets the cluster forget the password`,
      });
    }
    if (error instanceof PortError) throw new CliError(messageOf(error));
    throw error;
  }
}
