/** Gives the store a new key. */
import { Invalid, messageOf, Unavailable } from "../../ports/errors.ts";
import { sealAnew, type SealAnewDeps } from "./seal_anew.ts";
import { createSealer } from "./sealer.ts";
import { credentialName, makeNextKey, nextPath, replaceKey } from "./store_key.ts";

/**
 * The new key is on the disk before anything is sealed with it, and the old one until nothing is sealed with that any more: an agent
 * that ends in between goes on from there when it starts. Gives how many were sealed anew. Throws Invalid where the key is not the
 * agent's to replace, and Unavailable where the disk takes none.
 */
export async function rotateKey(deps: SealAnewDeps): Promise<number> {
  const { source, path, problem } = deps.keyring.state();
  if (source === "Credential") throw new Invalid(credentialAdvice);
  if (problem !== "") throw new Unavailable(`the key of the store is missing: ${problem}`);
  await settleKeys(deps);
  const sealer = await createSealer(onDisk(() => makeNextKey(path)));
  const count = await sealAnew(deps, sealer).catch((err: unknown) => {
    onDisk(() => Deno.removeSync(nextPath(path)));
    throw err;
  });
  onDisk(() => replaceKey(path));
  onDisk(() => deps.keyring.retireFormer());
  return count;
}

/**
 * Seals with the current key what is sealed with one that came before, which then goes: a rotation that was cut off is gone on
 * with, and a store that was sealed with another key follows the configuration. Throws Unavailable.
 */
export async function settleKeys(deps: SealAnewDeps): Promise<void> {
  const sealer = deps.keyring.current();
  if (sealer === null || !deps.keyring.isUnsettled()) return;
  await sealAnew(deps, sealer);
  onDisk(() => deps.keyring.retireFormer());
}

const credentialAdvice =
  `the key is the systemd credential "${credentialName}", which the agent cannot replace: make a new one of that name, ` +
  `keep the old one as "${credentialName}.old" and restart the service, which then seals everything anew`;

function onDisk<T>(work: () => T): T {
  try {
    return work();
  } catch (err) {
    throw new Unavailable(`the new key cannot be written: ${messageOf(err)}`, { cause: err });
  }
}
