/** A message broker that carries messages between nodes and bridges, over MQTT 5. */

/** A message as the broker hands it on. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** It lay at the broker before this subscription was made. */
  readonly retained: boolean;
}

/** A message for the broker. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker keeps it for those who subscribe later; an empty payload removes what it keeps. False when left out. */
  readonly retain?: boolean;
  /** QoS 0: it is told again where nobody answers, and so needs no answer of the broker. QoS 1 when left out. */
  readonly atMostOnce?: boolean;
  /** After how long the broker drops it where nobody has taken it. Never when left out. */
  readonly expirySeconds?: number;
}

/** What the broker publishes for us when the connection was lost for `delaySeconds`. */
export interface Will extends Publication {
  readonly delaySeconds: number;
}

/** How the connection stands. */
export type BrokerState =
  /** `sessionPresent`: the broker has kept what came meanwhile. Everything is subscribed. */
  | { readonly kind: "Connected"; readonly broker: string; readonly sessionPresent: boolean }
  /** It is tried again by itself, with the next broker of the list; `reason` is for people. */
  | { readonly kind: "Away"; readonly broker: string; readonly reason: string };

/** Who connects, and what for. */
export interface BrokerSession {
  /** Unique at the broker: a second connection of this name ends the first. */
  readonly clientId: string;
  /** How long the broker keeps the subscriptions and what comes for them while there is no connection. */
  readonly sessionExpirySeconds: number;
  /** Asked anew before each attempt to connect; none when left out. */
  readonly will?: () => Will | Promise<Will>;
  /** Topic filters; `$share/GROUP/FILTER` shares one with the others of the group. */
  readonly subscriptions: readonly string[];
  /**
   * Called for one message at a time: the next one is given, and this one acknowledged to the broker, when the promise settles. Who
   * wants to work at several side by side takes them into a bounded queue of its own. May come twice (QoS 1). Never rejects.
   */
  onMessage(message: BrokerMessage): Promise<void>;
  /** Called at each change; what is done here does not hold the connection up. */
  onState(state: BrokerState): void;
}

/** A session that lives until it is closed, over as many connections as it takes. */
export interface BrokerLink {
  /**
   * Resolves when the broker has the message, at most once: when it is sent. There is no queue here: Unavailable at once while there is no connection, and where it is
   * lost before the broker's answer (the message may have arrived then, or not). Forbidden where the broker does not let us, Invalid
   * where the message is larger than {@linkcode maxPayload}, Failed for the broker's other refusals (its quota, its disk).
   */
  publish(publication: Publication): Promise<void>;
  /** The largest payload in bytes, whatever the topic: the configured one, or less where the broker takes less. */
  maxPayload(): number;
  /** Takes leave of the broker: no will is published, the broker keeps the session as long as agreed. Idempotent. */
  close(): Promise<void>;
}

/** The brokers of the configuration, tried in their order. */
export interface Broker {
  /** Returns before there is a connection; `onState` tells of it. Never throws for a broker that is away. */
  open(session: BrokerSession): BrokerLink;
}
