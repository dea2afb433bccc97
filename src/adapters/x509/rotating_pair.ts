/**
 * A certificate that is replaced now and then, laid out as by the kubelet: each pair in a dated file, and a link to the one
 * that counts.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/
 */
import { basename, join } from "node:path/posix";
import type { Instant } from "../../core/instant.ts";
import { parsePrivateKey } from "../../core/x509/private_key.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { linkDurably, removeIfThere, writeDurably } from "../linux/durable_file.ts";
import { orNull } from "../linux/or_null.ts";
import { generateKey } from "./generate_key.ts";
import { guarded } from "../linux/guarded.ts";
import { pairFiles } from "./pair_files.ts";
import { pairOf, pairText } from "./pair_text.ts";

/** `PREFIX-current.pem` leads to the pair; `PREFIX.key.tmp` is the key of a request that is under way. */
export function rotatingPair(
  { dir, prefix, clock }: {
    readonly dir: string;
    /** `kubelet-client` or `kubelet-server`. */
    readonly prefix: string;
    readonly clock: Pick<Clock, "now">;
  },
): RequestStore {
  const current = join(dir, `${prefix}-current.pem`);
  const requestKey = join(dir, `${prefix}.key.tmp`);
  const older = pairFiles({
    certificatePath: join(dir, `${prefix}.crt`),
    keyPath: join(dir, `${prefix}.key`),
  });

  async function load(): Promise<KeyPair | null> {
    await recover();
    const text = await orNull(Deno.readTextFile(current));
    if (text === null) return await older.load();
    return pairOf({ certificateText: text, keyText: text, from: current });
  }

  /** The kubelet takes the old link away before it puts the new one there, and may be killed in between. */
  async function recover(): Promise<void> {
    const updated = join(dir, `${prefix}-updated.pem`);
    if (await orNull(Deno.lstat(current)) !== null) return;
    if ((await orNull(Deno.lstat(updated)))?.isSymlink) await Deno.rename(updated, current);
  }

  async function save(pair: KeyPair): Promise<void> {
    await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
    const before = await orNull(Deno.readLink(current));
    const name = `${prefix}-${dated(clock.now())}.pem`;
    await writeDurably(join(dir, name), { content: pairText(pair), mode: 0o600 });
    await linkDurably(current, { target: name });
    await removeIfThere(requestKey);
    await removeOthers([name, basename(before ?? name)]);
  }

  /** The pair that was replaced stays, for who looks for what went wrong. */
  async function removeOthers(kept: readonly string[]): Promise<void> {
    for await (const { name } of Deno.readDir(dir)) {
      const isPair = name.startsWith(`${prefix}-`) && /-\d{4}(-\d\d){5}\.pem$/.test(name);
      if (isPair && !kept.includes(name)) await removeIfThere(join(dir, name));
    }
  }

  async function nextKey(): Promise<string> {
    const kept = await orNull(Deno.readTextFile(requestKey));
    if (kept !== null && parsePrivateKey(kept).ok) return kept;
    const key = generateKey();
    await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
    await writeDurably(requestKey, { content: key, mode: 0o600 });
    return key;
  }

  return {
    path: current,
    load: () => guarded(`read ${current}`, load),
    save: (pair) => guarded(`write ${current}`, () => save(pair)),
    nextKey: () => guarded(`write ${requestKey}`, nextKey),
    giveUpKey: () => guarded(`remove ${requestKey}`, () => removeIfThere(requestKey)),
  };
}

/** Such as `2026-01-31-23-59-59`, in UTC, so that names sort when the clock changes. */
function dated(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace(/[T:]/g, "-");
}
