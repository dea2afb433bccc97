/** What is measured of the node's certificates, by the kubelet's names. */
import type { CertificateView } from "../x509/certificate_view.ts";
import type { Counter, Histogram, Registry } from "./registry.ts";

/** Seconds, from a minute to four years. */
const ageBuckets = [
  ...[60, 3_600, 14_400, 86_400, 604_800, 2_592_000, 7_776_000, 15_552_000, 31_104_000],
  124_416_000,
];

export interface CertificateMetrics {
  readonly renewErrors: Readonly<Record<CertificateView["name"], Counter>>;
  /** Of the serving certificate alone, as with the kubelet. */
  readonly servingAge: Histogram;
}

export function certificateMetrics(registry: Registry): CertificateMetrics {
  const help = "Counter of certificate renewal errors.";
  return {
    renewErrors: {
      client: registry.counter({
        name: "kubelet_certificate_manager_client_expiration_renew_errors",
        help,
      }),
      serving: registry.counter({ name: "kubelet_server_expiration_renew_errors", help }),
    },
    servingAge: registry.histogram({
      name: "kubelet_certificate_manager_server_rotation_seconds",
      help: "Histogram of the number of seconds the previous certificate lived before being " +
        "rotated.",
      buckets: ageBuckets,
    }),
  };
}
