/** PEM: binary data as text between named lines. @see https://www.rfc-editor.org/rfc/rfc7468 */

export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** Ends with a line feed. */
export function pemText({ label, bytes }: PemBlock): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The blocks of a text in their order; what lies between them, and what is no base64, is passed over. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const found = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g);
  return [...found].flatMap(([, label = "", body = ""]) => {
    const bytes = decoded(body);
    return bytes === null ? [] : [{ label, bytes }];
  });
}

function decoded(body: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(body);
  } catch {
    return null;
  }
}
