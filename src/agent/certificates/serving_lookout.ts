/** A serving certificate that needs no cluster: looked after once a minute, as a certificate manager. */
import type { CertificateManager } from "./certificate_manager.ts";
import type { HeldCertificate } from "./held_certificate.ts";
import { createLookout, type LookoutOptions } from "../lookout.ts";

/** `held` gives the certificate that the last look has left in use. */
export function servingLookout(
  { held, ...options }: LookoutOptions & { readonly held: () => HeldCertificate | null },
): CertificateManager {
  const lookout = createLookout(options);
  return {
    current: () => held()?.pair ?? null,
    view: () => ({
      name: "serving",
      expiresAt: held()?.certificate.notAfter ?? null,
      problem: lookout.problem(),
    }),
    templateChanged: () => {},
    run: lookout.run,
  };
}
