/** Where a certificate and its key are kept across restarts. */

/** A certificate with its key, each in PEM. */
export interface KeyPair {
  /** The certificate itself first, then those who signed it. */
  readonly certificate: string;
  readonly key: string;
}

/** Whatever resolves is durable, and whole at every moment: a power cut leaves the old or the new. Unavailable for a full disk. */
export interface CertificateStore {
  /** The path at which programs find the pair, whichever it is. */
  readonly path: string;
  /** Null where there is none. Throws Failed for one that cannot be read, or whose halves do not belong together. */
  load(): Promise<KeyPair | null>;
  save(pair: KeyPair): Promise<void>;
}

/** A store that also keeps the key of a request that has not been answered yet. */
export interface RequestStore extends CertificateStore {
  /** The private key for the next request, in PEM: the same until a certificate is saved or the key is given up. */
  nextKey(): Promise<string>;
  /** The next request is to have another key. */
  giveUpKey(): Promise<void>;
}
