/** Makes private keys. */
import { generateKeyPairSync } from "node:crypto";

/** An ECDSA key of P-256 in PEM (SEC 1), as the kubelet makes them. */
export function generateKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "sec1", format: "pem" }).toString();
}
