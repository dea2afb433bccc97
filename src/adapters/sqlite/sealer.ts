/** What is secret, as it may lie on a disk: AES-256-GCM, a fresh nonce for each. */

/** Binds what is sealed to what it is: opened as anything else it fails. */
export interface Sealer {
  seal(plain: string, about: readonly string[]): Promise<Uint8Array<ArrayBuffer>>;
  /** Throws where the key is another one, or the content or what it is about has changed. */
  open(sealed: Uint8Array<ArrayBuffer>, about: readonly string[]): Promise<string>;
}

/** Bytes of the key. */
export const keyBytes = 32;
/** As GCM wants it. @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf */
const nonceBytes = 12;

export async function createSealer(key: Uint8Array<ArrayBuffer>): Promise<Sealer> {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const parameters = (iv: Uint8Array<ArrayBuffer>, about: readonly string[]) => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(JSON.stringify(about)),
  });
  return {
    async seal(plain, about) {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const content = new TextEncoder().encode(plain);
      const sealed = await crypto.subtle.encrypt(parameters(nonce, about), imported, content);
      return new Uint8Array([...nonce, ...new Uint8Array(sealed)]);
    },
    async open(sealed, about) {
      const nonce = sealed.subarray(0, nonceBytes);
      const content = sealed.subarray(nonceBytes);
      const plain = await crypto.subtle.decrypt(parameters(nonce, about), imported, content);
      return new TextDecoder().decode(plain);
    },
  };
}
