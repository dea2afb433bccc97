/** Makes and reads messages of the relay as a whole. */
import { failure, type Result, success } from "../result.ts";
import { packBody, unpackBody } from "./body.ts";
import {
  decodeEnvelope,
  encodeEnvelope,
  type Envelope,
  type EnvelopeProblem,
  type MessageHead,
  type MessageKind,
  signingInput,
} from "./envelope.ts";
import { isSignedBy, type RelaySigner } from "./signature.ts";
import { parseRelayTopic, type RelayClass, type RelayTopic } from "./topics.ts";

/** Why a message is dropped: what {@linkcode readEnvelope} and those who know the sender find. */
export type MessageProblem =
  | EnvelopeProblem
  /** It stands on a topic that such messages do not. */
  | "WrongTopic"
  | "TooLarge"
  /** By no key that speaks for the topic's node, or the bridge. */
  | "BadSignature"
  | "UntrustedCertificate"
  /** Not after what was seen before. */
  | "Replayed"
  /** Its sender has not been heard of yet. */
  | "UnknownSender";

/** A message whose sender is not known yet. */
export interface ReceivedEnvelope {
  readonly topic: RelayTopic;
  readonly envelope: Envelope;
}

const classes: Readonly<Record<MessageKind, RelayClass>> = {
  presence: "presence",
  state: "state",
  journal: "journal",
  acknowledgement: "down",
  wish: "down",
  introduction: "down",
};

/** The payload; `body` see messages.ts. */
export function signedMessage(
  head: MessageHead,
  { body, signer }: { readonly body: unknown; readonly signer: Pick<RelaySigner, "sign"> },
): Uint8Array {
  return signedPacked(head, { body: packBody(body), signer });
}

/** The same of a body that was packed before. */
export function signedPacked(
  head: MessageHead,
  { body, signer }: { readonly body: Uint8Array; readonly signer: Pick<RelaySigner, "sign"> },
): Uint8Array {
  const unsigned = { ...head, body };
  return encodeEnvelope({ ...unsigned, signature: signer.sign(signingInput(unsigned)) });
}

export function readEnvelope(
  message: { readonly topic: string; readonly payload: Uint8Array },
): Result<ReceivedEnvelope, MessageProblem> {
  const topic = parseRelayTopic(message.topic);
  const envelope = decodeEnvelope(message);
  if (!topic.ok) return failure("WrongTopic");
  if (!envelope.ok) return envelope;
  if (classes[envelope.value.kind] !== topic.value.class) return failure("WrongTopic");
  return success({ topic: topic.value, envelope: envelope.value });
}

/** Whether the key of a certificate in DER has signed it. */
export function isEnvelopeOf(certificate: Uint8Array, envelope: Envelope): boolean {
  const { signature } = envelope;
  return isSignedBy(certificate, { input: signingInput(envelope), signature });
}

/** To be read by one of the `parse…` functions, and believed once the envelope was verified. */
export function bodyOf(
  { body }: Envelope,
  limit: { readonly maxBytes: number } = { maxBytes: maxBodyBytes },
): Result<unknown, MessageProblem> {
  return unpackBody(body, limit);
}

/** Of unpacked bodies. */
const maxBodyBytes = 4 << 20;
