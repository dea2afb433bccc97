/** A node's side of the relay for tests of bridges: it says what a test wants, signed as a node signs. */
import type { JournalEntry, JournalRecord } from "../../src/core/journal/record.ts";
import { packBody } from "../../src/core/relay/body.ts";
import type { MessageKind, MessageNumber } from "../../src/core/relay/envelope.ts";
import { readEnvelope, signedPacked } from "../../src/core/relay/message.ts";
import {
  type Acknowledgement,
  batchBody,
  type ObjectState,
  parseAcknowledgement,
  parseWish,
  type Presence,
  presenceBody,
  stateBody,
  type Wish,
} from "../../src/core/relay/messages.ts";
import { bodyOf } from "../../src/core/relay/message.ts";
import { relaySigner } from "../../src/core/relay/signature.ts";
import { nodeUser, type RelayClass, relayTopic } from "../../src/core/relay/topics.ts";
import type { Broker, BrokerLink, BrokerMessage } from "../../src/ports/broker.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { TestAuthority } from "./test_pki.ts";

export interface RelayNode {
  readonly acknowledged: readonly (MessageNumber & Acknowledgement)[];
  readonly wishes: readonly Wish[];
  /** Gives the payload, to be sent once more or spoiled. */
  present(presence?: Partial<Presence>): Promise<Uint8Array>;
  batch(records: readonly JournalRecord[]): Promise<Uint8Array>;
  state(objects: readonly ObjectState[]): Promise<Uint8Array>;
  record(entry: JournalEntry, about?: Partial<JournalRecord>): JournalRecord;
  /** A payload as it is. */
  publish(of: RelayClass, payload: Uint8Array): Promise<void>;
  /** The agent was started anew. */
  restart(session?: number): void;
  close(): Promise<void>;
}

export interface RelayNodeOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** Signs the node's certificate; without it the node has `pair`. */
  readonly authority?: TestAuthority;
  /** Its certificate and key in PEM. */
  readonly pair?: KeyPair;
  readonly cluster: string;
  readonly node: string;
  /** Of the certificate; the node's unless given. */
  readonly commonName?: string;
  readonly organization?: string;
  readonly bootId?: string;
}

export function relayNode(options: RelayNodeOptions): RelayNode {
  const { broker, clock, cluster, node } = options;
  const signer = relaySigner(options.pair ?? issued(options));
  if (!signer.ok) throw new Error(signer.error);
  const { value: key } = signer;
  const bootId = options.bootId ?? crypto.randomUUID();
  const acknowledged: (MessageNumber & Acknowledgement)[] = [];
  const wishes: Wish[] = [];
  let session = 1;
  let counter = 0;
  let sequence = 0;
  let nonce = "";
  const topicOf = (of: RelayClass): string => relayTopic({ cluster, node, class: of });

  const link: BrokerLink = broker.open({
    clientId: `${node}-${bootId}`,
    sessionExpirySeconds: 60,
    subscriptions: [topicOf("down")],
    onMessage: (message) => Promise.resolve(hear(message)),
    onState: () => {},
  });

  function hear(message: BrokerMessage): void {
    const read = readEnvelope(message);
    if (!read.ok) return;
    const { envelope } = read.value;
    const body = bodyOf(envelope);
    if (!body.ok) return;
    if (envelope.kind === "acknowledgement") {
      const said = parseAcknowledgement(body.value);
      const { session, counter } = envelope;
      if (said.ok) acknowledged.push({ session, counter, ...said.value });
    }
    if (envelope.kind !== "wish") return;
    const said = parseWish(body.value);
    if (!said.ok) return;
    wishes.push(said.value);
    if (said.value.presence !== "") nonce = said.value.presence;
  }

  async function say(kind: MessageKind, body: Uint8Array): Promise<Uint8Array> {
    const of = kind as RelayClass;
    const head = { topic: topicOf(of), kind, session, counter: ++counter };
    const payload = signedPacked(head, { body, signer: key });
    await link.publish({ topic: head.topic, payload, retain: kind !== "journal" });
    return payload;
  }

  return {
    acknowledged,
    wishes,
    present(presence = {}) {
      const body = presenceBody({
        state: "Relaying",
        connection: 1,
        bootId,
        version: "test",
        at: clock.now(),
        isSynchronised: true,
        highest: sequence,
        chain: key.chain,
        bridges: [],
        nonce,
        ...presence,
      });
      return say("presence", packBody(body));
    },
    batch: (records) => say("journal", packBody(batchBody({ records }, { bootId }))),
    state(objects) {
      const part = { objects, first: counter + 1, parts: 1, upTo: sequence };
      return say("state", packBody(stateBody(part)));
    },
    record: (entry, about = {}) => ({
      sequence: ++sequence,
      at: clock.now(),
      monotonicMs: 0,
      bootId,
      isSynchronised: true,
      entry,
      ...about,
    }),
    publish: (of, payload) => link.publish({ topic: topicOf(of), payload }),
    restart(next = session + 1) {
      session = next;
      counter = 0;
    },
    close: () => link.close(),
  };
}

function issued({ authority, node, commonName, organization }: RelayNodeOptions): KeyPair {
  if (authority === undefined) throw new Error("a node needs a certificate");
  return authority.issue({
    commonName: commonName ?? nodeUser(node),
    organizations: [organization ?? "system:nodes"],
    purpose: "client",
  });
}
