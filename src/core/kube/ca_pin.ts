/** Pins: hashes by which a cluster's certificate authority is known beforehand. */
import { failure, type Result, success } from "../result.ts";
import { parseCertificates } from "../x509/certificate.ts";

/** SHA-256 of a public key, in lower case hex. */
export type CaPin = string;

/** Reads `sha256:HEX`, as kubeadm prints it. */
export function parseCaPin(text: string): Result<CaPin> {
  const [, format = "", hash = ""] = /^([^:]*):([^:]*)$/.exec(text) ?? [];
  if (format.toLowerCase() !== "sha256") {
    return failure(`expected sha256:HASH, found ${JSON.stringify(text)}`);
  }
  if (!/^[\da-f]{64}$/i.test(hash)) {
    const found = hash.length === 64 ? "others" : `${hash.length} characters`;
    return failure(`expected 64 hexadecimal digits after "sha256:", found ${found}`);
  }
  return success(hash.toLowerCase());
}

/** Gives nothing when one of the authorities' keys is pinned, else says which were found. */
export function checkPins(
  certificateAuthority: string,
  pins: readonly CaPin[],
): Result<null> {
  const parsed = parseCertificates(certificateAuthority);
  if (!parsed.ok) return failure(`the cluster's certificate authority: ${parsed.error}`);
  const found = parsed.value.map(({ publicKeyHash }) => publicKeyHash);
  if (found.some((hash) => pins.includes(hash))) return success(null);
  const names = found.map((hash) => `sha256:${hash}`).join(", ");
  return failure(
    `the cluster's certificate authority is another one than expected: its hash is ${names}, ` +
      "which is not among those given; do not trust it unless the cluster's owner says so",
  );
}
