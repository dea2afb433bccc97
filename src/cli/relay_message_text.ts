/** Messages of the relay, one a line, for `skerry relay tail`. */
import { isPlainMap, type PlainMap } from "../core/plain_map.ts";
import { fingerprintOf } from "../core/relay/signature.ts";
import type { TappedMessage } from "../core/relay/tapped_message.ts";
import { subjectNames } from "../core/x509/subject_reader.ts";
import { paint } from "./colors.ts";
import { printable } from "./printable.ts";

const arrows = { up: "↑", down: "↓" } as const;
/** Of the 64 of a SHA-256. */
const fingerprintDigits = 16;

/** Time, direction, kind, session and number, size, how it fared, body; ends with a line feed. */
export function relayMessageText(
  message: TappedMessage,
  { colors }: { readonly colors: boolean },
): string {
  const { at, direction, kind, session, counter, bytes, missed } = message;
  const number = session === null ? "-" : `${session}/${counter}`;
  const columns = [
    new Date(at).toISOString(),
    arrows[direction],
    (kind ?? "-").padEnd("acknowledgement".length),
    number.padEnd(14),
    `${bytes} B`.padStart(8),
    fared(message, colors),
    ...message.body === null ? [] : [printable(JSON.stringify(shortBody(message.body)))],
  ];
  return `${missedText(missed)}${columns.join("  ")}\n`;
}

/** The same for programs, whole. */
export function relayMessageObject({ at, ...message }: TappedMessage): unknown {
  return { time: new Date(at).toISOString(), ...message };
}

function fared({ verdict, problem, topic }: TappedMessage, colors: boolean): string {
  // Elsewhere it follows from the kind.
  const place = problem === "WrongTopic" ? ` (${printable(topic)})` : "";
  const text = problem === "" ? verdict : `${verdict}: ${problem}${place}`;
  return paint(text.padEnd("believed".length), {
    color: verdict === "dropped" ? "red" : undefined,
    colors,
  });
}

function missedText(missed: number): string {
  if (missed === 0) return "";
  const messages = missed === 1 ? "1 message was" : `${missed} messages were`;
  return `${messages} left out: more passed than could be shown\n`;
}

/** Certificates and their fingerprints are long, and say nothing to people. */
function shortBody(body: unknown): unknown {
  if (!isPlainMap(body)) return body;
  return { ...body, ...shortChain(body), ...shortBridges(body) };
}

function shortChain({ chain }: PlainMap): PlainMap {
  if (!Array.isArray(chain)) return {};
  const count = chain.length === 1 ? "1 certificate" : `${chain.length} certificates`;
  return { chain: `<${count}${ownerOf(chain[0])}>` };
}

/** "" for what is no certificate: anybody may have sent it. */
function ownerOf(text: unknown): string {
  try {
    const certificate = Uint8Array.fromBase64(String(text));
    const { commonName } = subjectNames(certificate);
    return ` of ${commonName}, ${shortFingerprint(fingerprintOf(certificate))}`;
  } catch {
    return "";
  }
}

function shortBridges({ bridges }: PlainMap): PlainMap {
  return Array.isArray(bridges) ? { bridges: bridges.map(String).map(shortFingerprint) } : {};
}

function shortFingerprint(text: string): string {
  return text.slice(0, fingerprintDigits);
}
