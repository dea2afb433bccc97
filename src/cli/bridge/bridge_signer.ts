/** What a bridge signs with: the certificate and key of two files, which are replaced while it runs. */
import { createLookout } from "../../agent/lookout.ts";
import { minute } from "../../core/instant.ts";
import { type RelaySigner, relaySigner } from "../../core/relay/signature.ts";
import { belongTogether } from "../../core/x509/certificate.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";

/** Whoever renews a certificate does so days before it ends. */
const lookMs = minute;

export interface BridgeSigner {
  /** Always that of the newest pair that could be read. */
  readonly signer: RelaySigner;
  run(signal: AbortSignal): Promise<void>;
}

export interface BridgeSignerOptions {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws Failed where the files cannot be read now, or do not belong to a signer. */
export async function openBridgeSigner(options: BridgeSignerOptions): Promise<BridgeSigner> {
  let current = await read(options);

  async function look(): Promise<void> {
    const next = await read(options);
    if (next.fingerprint === current.fingerprint) return;
    current = next;
    options.log.info("Signing with a new certificate", { file: options.certFile });
  }

  const failed = "The bridge's certificate and key cannot be read, going on with those before";
  const lookout = createLookout({ look, failed, ms: lookMs, ...options });
  return {
    signer: {
      get chain() {
        return current.chain;
      },
      get fingerprint() {
        return current.fingerprint;
      },
      sign: (input) => current.sign(input),
    },
    run: (signal) => lookout.run(signal),
  };
}

/** While one file is new and the other is not, the pair does not fit: both are read again at the next look. */
async function read({ certFile, keyFile }: BridgeSignerOptions): Promise<RelaySigner> {
  const [certificate, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  if (!belongTogether({ certificate, key })) {
    throw new Failed(`${keyFile} is not the key of ${certFile}`);
  }
  const signer = relaySigner({ certificate, key });
  if (!signer.ok) throw new Failed(`${certFile} and ${keyFile}: ${signer.error}`);
  return signer.value;
}

async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Failed(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
