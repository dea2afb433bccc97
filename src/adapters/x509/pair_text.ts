/** A certificate and its key in one PEM text, or in two. */
import { belongTogether } from "../../core/x509/certificate.ts";
import { pemBlocks, pemText } from "../../core/x509/pem.ts";
import { Failed } from "../../ports/errors.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";

/** The certificates, then the key, as the kubelet's file has them. */
export function pairText({ certificate, key }: KeyPair): string {
  return certificatesOf(certificate) + keyOf(key);
}

/** `from` says what was read, for the error. Throws Failed for what is no pair. */
export function pairOf(
  { certificateText, keyText, from }: {
    readonly certificateText: string;
    readonly keyText: string;
    readonly from: string;
  },
): KeyPair {
  const pair = { certificate: certificatesOf(certificateText), key: keyOf(keyText) };
  if (pair.certificate === "") throw new Failed(`${from}: no certificate in PEM`);
  if (pair.key === "") throw new Failed(`${from}: no private key in PEM`);
  if (!belongTogether(pair)) throw new Failed(`${from}: the key is not the certificate's`);
  return pair;
}

function certificatesOf(text: string): string {
  return pemBlocks(text).filter(({ label }) => label === "CERTIFICATE").map(pemText).join("");
}

function keyOf(text: string): string {
  const block = pemBlocks(text).find(({ label }) => label.endsWith("PRIVATE KEY"));
  return block === undefined ? "" : pemText(block);
}
