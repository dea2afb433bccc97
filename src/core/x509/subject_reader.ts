/** Whose a certificate is, read from its own bytes: a printed subject cannot tell a line feed in a name from the next name. */
import { type DerValue, inside, members } from "./der_reader.ts";

export interface SubjectNames {
  /** The last one; "" where there is none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Kubernetes' own attribute; most certificates have none. */
  readonly uid?: string;
}

const sequence = 0x30;
const set = 0x31;
const version = 0xa0;
const commonNameId = "550403";
const organizationId = "55040a";
/** 1.3.6.1.4.1.57683.2 */
const uidId = "2b0601040183c25302";

/** Of a certificate in DER. Throws RangeError or TypeError for what cannot be read, and where it is not plain what the UID is. */
export function subjectNames(certificate: Uint8Array): SubjectNames {
  const [body] = inside(certificate, sequence);
  const fields = members(present(body), sequence);
  // Serial number, algorithm, issuer and validity stand before it.
  const subject = fields[fields[0]?.tag === version ? 5 : 4];
  const attributes = members(present(subject), sequence)
    .flatMap((relative) => members(relative, set))
    .map((attribute) => members(attribute, sequence));
  const values = (id: string): readonly string[] =>
    attributes.filter(([type]) => type?.content.toHex() === id)
      .map(([, value]) => text(present(value)));
  return {
    commonName: values(commonNameId).at(-1) ?? "",
    organizations: values(organizationId),
    ...uidOf(values(uidId)),
  };
}

function uidOf([uid, ...more]: readonly string[]): Pick<SubjectNames, "uid"> {
  if (uid === undefined) return {};
  if (uid === "" || more.length > 0) {
    throw new RangeError("a UID that is empty, or not the only one");
  }
  return { uid };
}

function present(value: DerValue | undefined): DerValue {
  if (value === undefined) throw new RangeError("a value is missing");
  return value;
}

const utf8 = 0x0c;
const ascii = [0x12, 0x13, 0x16];
const latin1 = 0x14;
const utf16 = 0x1e;

function text({ tag, content }: DerValue): string {
  if (tag === utf8 || ascii.includes(tag)) return new TextDecoder("utf-8", exact).decode(content);
  if (tag === latin1) return String.fromCharCode(...content);
  if (tag === utf16) return new TextDecoder("utf-16be", exact).decode(content);
  throw new RangeError("a name that is no text");
}

const exact = { fatal: true, ignoreBOM: true };
