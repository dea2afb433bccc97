/** Says what a node says in one session of the relay: numbered, signed, on the node's own topics. */
import { packBody } from "../../core/relay/body.ts";
import type { MessageKind, MessageNumber } from "../../core/relay/envelope.ts";
import { signedPacked } from "../../core/relay/message.ts";
import { presenceBody, type PresenceState } from "../../core/relay/messages.ts";
import type { RelaySigner } from "../../core/relay/signature.ts";
import { packState } from "../../core/relay/state_parts.ts";
import { type RelayClass, relayTopic } from "../../core/relay/topics.ts";
import { VERSION } from "../../core/version.ts";
import type { Publication, Will } from "../../ports/broker.ts";
import type { RelayDeps } from "./deps.ts";

/** A publication, and by what it is acknowledged. */
export interface Message extends MessageNumber {
  readonly publication: Publication;
}

export interface Speaker {
  /** For the broker, when the connection that is being made is lost. */
  will(): Will;
  presence(state: PresenceState, told: PresenceAbout): Message;
  batch(body: Uint8Array): Message;
  state(maxBytes: number): readonly Message[];
}

export interface PresenceAbout {
  readonly bridges: readonly string[];
  readonly nonce: string;
}

export type SpeakerDeps = Pick<RelayDeps, "settings" | "keeper" | "objects" | "timeSync" | "clock">;

/** Nobody believes it for longer, and it is said anew long before. */
const presenceExpirySeconds = 1_800;
/** It is sent again long before. */
const batchExpirySeconds = 600;
/** A node that was gone for less was never gone to anybody. */
const willDelaySeconds = 10;

export function createSpeaker(
  { settings: { cluster, nodeName: node }, keeper, objects, timeSync, clock }: SpeakerDeps,
  { session, signer }: { readonly session: number; readonly signer: RelaySigner },
): Speaker {
  let counter = 0;
  let connection = 0;

  function message(
    kind: MessageKind & RelayClass,
    { body, part = 0, ...about }: {
      readonly body: Uint8Array;
      readonly part?: number;
    } & Pick<Publication, "retain" | "expirySeconds">,
  ): Message {
    const topic = relayTopic({ cluster, node, class: kind, part });
    const number = { session, counter: ++counter };
    const payload = signedPacked({ topic, kind, ...number }, { body, signer });
    return { ...number, publication: { topic, payload, ...about } };
  }

  function presence(
    state: PresenceState,
    { bridges, nonce, chain }: PresenceAbout & Pick<RelaySigner, "chain">,
  ): Message {
    const body = presenceBody({
      state,
      connection,
      bootId: keeper.bootId,
      version: VERSION,
      at: clock.now(),
      isSynchronised: timeSync.isSynchronised(),
      highest: keeper.last(),
      chain,
      bridges,
      nonce,
    });
    return message("presence", {
      body: packBody(body),
      retain: true,
      ...state === "Relaying" && { expirySeconds: presenceExpirySeconds },
    });
  }

  return {
    will() {
      connection += 1;
      const { publication } = presence("Gone", { bridges: [], nonce: "", chain: [] });
      return { ...publication, delaySeconds: willDelaySeconds };
    },
    presence: (state, about) => presence(state, { ...about, chain: signer.chain }),
    batch: (body) => message("journal", { body, expirySeconds: batchExpirySeconds }),
    state(maxBytes) {
      const about = { first: counter + 1, upTo: keeper.last(), maxBytes };
      return packState(objects(), about).map((body, part) =>
        message("state", { body, part, retain: true })
      );
    },
  };
}
