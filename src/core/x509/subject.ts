/** What a certificate is for: its subject, and the names and addresses that it vouches for. */
import { concat } from "../bytes.ts";
import {
  boolean,
  type Der,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  text,
} from "./der.ts";
import { ipBytes } from "./ip_bytes.ts";

/** Who a certificate is of; for a node `system:node:NAME` of `system:nodes`. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

/** The subject alternative names; what is no address is left out of `ips`. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ips: readonly string[];
}

/** The organisation before the common name, as Go writes them. */
export function distinguishedName({ commonName, organization }: Subject): Der {
  const attribute = (type: string, value: string): Der =>
    setOf(sequence(objectIdentifier(type), text(value)));
  return sequence(
    ...(organization === undefined ? [] : [attribute("2.5.4.10", organization)]),
    attribute("2.5.4.3", commonName),
  );
}

/** One extension of a certificate. */
export function extension(
  { id, critical = false, value }: {
    readonly id: string;
    readonly critical?: boolean;
    readonly value: Der;
  },
): Der {
  const marks = critical ? [boolean(true)] : [];
  return sequence(objectIdentifier(id), ...marks, octetString(value));
}

/** The extension for the names; none where there are no names. */
export function alternativeNames({ dnsNames, ips }: AlternativeNames): readonly Der[] {
  const names = [
    ...dnsNames.map((name) => implicit(2, new TextEncoder().encode(name))),
    ...ips.flatMap((ip) => {
      const bytes = ipBytes(ip);
      return bytes === null ? [] : [implicit(7, bytes)];
    }),
  ];
  if (concat(names).length === 0) return [];
  return [extension({ id: "2.5.29.17", value: sequence(...names) })];
}
