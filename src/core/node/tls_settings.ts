/** Which versions and cipher suites of TLS a server takes, from the names that Go has for them. */

export interface TlsSettings {
  /** As node:tls names it. */
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL's names of the suites of TLS 1.2 that may be used; null: any. As in Go, those of TLS 1.3 are not to choose from. */
  readonly ciphers: readonly string[] | null;
}

/** Go's names of the suites that Deno's TLS has, and OpenSSL's. */
const usable: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
};

/** Those that Go knows besides: always on (TLS 1.3), or too weak for Deno's TLS to have them. */
const others: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
  "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
  "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
  "TLS_RSA_WITH_AES_128_CBC_SHA",
  "TLS_RSA_WITH_AES_128_CBC_SHA256",
  "TLS_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_RSA_WITH_AES_256_CBC_SHA",
  "TLS_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_RSA_WITH_RC4_128_SHA",
];

/** @see https://pkg.go.dev/crypto/tls#pkg-constants */
export function isCipherSuite(name: string): boolean {
  return Object.hasOwn(usable, name) || others.includes(name);
}

/** OpenSSL's names of those that can be used. */
export function opensslCiphers(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => usable[name] ?? []))];
}

/** From `tlsMinVersion` and `tlsCipherSuites`. */
export function tlsSettings(
  { minVersion, cipherSuites }: {
    readonly minVersion: string;
    readonly cipherSuites: readonly string[];
  },
): TlsSettings {
  return {
    minVersion: minVersion === "VersionTLS13" ? "TLSv1.3" : "TLSv1.2",
    ciphers: cipherSuites.length === 0 ? null : opensslCiphers(cipherSuites),
  };
}
