/** A serving certificate that somebody else keeps in files (`tlsCertFile`), taken up again whenever they change. */
import type { CertificateStore, KeyPair } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { CertificateManager } from "./certificate_manager.ts";
import { type HeldCertificate, heldFromBefore } from "./held_certificate.ts";
import { servingLookout } from "./serving_lookout.ts";

export interface CertificateFilesOptions {
  readonly store: CertificateStore;
  /** Gives each pair to whoever serves with it. */
  readonly use: (pair: KeyPair) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Files that cannot be used leave the former pair in use, and are told of once. */
export function createCertificateFiles(options: CertificateFilesOptions): CertificateManager {
  const { store, use, clock } = options;
  const log = options.log.with({ certificate: "serving" });
  let held: HeldCertificate | null = null;

  async function look(): Promise<void> {
    const pair = await store.load();
    if (pair === null) throw new Failed(`${store.path} or its key does not exist`);
    if (pair.certificate === held?.pair.certificate && pair.key === held.pair.key) return;
    held = heldFromBefore(pair, options);
    use(pair);
    log.info("Serving certificate read", { path: store.path });
  }

  const failed = "Serving certificate cannot be used";
  return servingLookout({ look, failed, held: () => held, clock, log });
}
