/** What a certificate may be used for, read from its own bytes: the runtime's reader does not tell. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
import { type DerValue, inside, members } from "./der_reader.ts";

/** 1.3.6.1.5.5.7.3.2, as `extendedKeyUsages` gives it. */
export const clientAuth = "2b06010505070302";
/** 2.5.29.37.0 */
export const anyUsage = "551d2500";

const sequence = 0x30;
const extensions = 0xa3;
const boolean = 0x01;
const octetString = 0x04;
const objectIdentifier = 0x06;
/** 2.5.29.37 */
const extendedKeyUsageId = "551d25";

/**
 * The purposes of a certificate in DER, the bytes of each one's object identifier in hexadecimal; null where it says nothing of them.
 * Throws RangeError for what cannot be read, and where it is said twice or of no purpose at all.
 */
export function extendedKeyUsages(certificate: Uint8Array): readonly string[] | null {
  const said = extensionsOf(certificate).filter(({ id }) => id === extendedKeyUsageId);
  const [usages, ...more] = said;
  if (usages === undefined) return null;
  const purposes = inside(usages.value, sequence).map((each) => contentOf(each, objectIdentifier));
  if (purposes.length === 0 || more.length > 0) {
    throw new RangeError("an extended key usage that is empty, or not the only one");
  }
  return purposes.map((purpose) => purpose.toHex());
}

interface Extension {
  readonly id: string;
  readonly value: Uint8Array;
}

function extensionsOf(certificate: Uint8Array): readonly Extension[] {
  const [body] = inside(certificate, sequence);
  const fields = members(present(body), sequence);
  return fields.filter(({ tag }) => tag === extensions)
    .flatMap((field) => members(field, extensions))
    .flatMap((list) => members(list, sequence))
    .map(extensionOf);
}

/** Whether it is critical may stand between its name and its value. */
function extensionOf(extension: DerValue): Extension {
  const [id, ...rest] = members(extension, sequence);
  const [value, ...more] = rest[0]?.tag === boolean ? rest.slice(1) : rest;
  if (more.length > 0) throw new RangeError("an extension with more than a value");
  return {
    id: contentOf(present(id), objectIdentifier).toHex(),
    value: contentOf(present(value), octetString),
  };
}

function contentOf({ tag, content }: DerValue, wanted: number): Uint8Array {
  if (tag !== wanted) throw new RangeError("a value of another type");
  return content;
}

function present(value: DerValue | undefined): DerValue {
  if (value === undefined) throw new RangeError("a value is missing");
  return value;
}
