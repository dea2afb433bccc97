/** What every message broker must do for relay and bridge. */
import assert from "node:assert/strict";
import type {
  Broker,
  BrokerLink,
  BrokerMessage,
  BrokerSession,
  BrokerState,
} from "../../src/ports/broker.ts";
import { Forbidden, Invalid, Unavailable } from "../../src/ports/errors.ts";

/** The broker under test, with the rights of deploy/broker/acl. */
export interface BrokerSubject extends AsyncDisposable {
  /** Brokers as somebody with this common name has them. */
  as(commonName: string): Broker;
  /** Breaks all connections of somebody: nobody takes leave. */
  cut(commonName: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Of a payload. */
  readonly maxMessageBytes: number;
}

const node = "system:node:edge-1";
const bridge = "skerry-bridge";
const topic = (name: string, of = node): string => `skerry/v1/lab/${of}/${name}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = ({ payload }: BrokerMessage): string => new TextDecoder().decode(payload);

/** A session with all that came, to be waited for. */
interface Heard {
  readonly session: BrokerSession;
  next(): Promise<BrokerMessage>;
  /** The next state of the kind. */
  state(kind: BrokerState["kind"]): Promise<BrokerState>;
  readonly waiting: number;
}

function hear(
  options: Partial<BrokerSession> & { readonly clientId: string },
): Heard {
  const messages = mailbox<BrokerMessage>();
  const states = mailbox<BrokerState>();
  return {
    session: {
      sessionExpirySeconds: 300,
      subscriptions: [],
      onMessage: (message) => Promise.resolve(messages.put(message)),
      onState: (state) => states.put(state),
      ...options,
    },
    next: messages.take,
    async state(kind) {
      for (;;) {
        const state = await states.take();
        if (state.kind === kind) return state;
      }
    },
    get waiting() {
      return messages.size;
    },
  };
}

function mailbox<T>() {
  const items: T[] = [];
  let wake = (): void => {};
  return {
    put(item: T): void {
      items.push(item);
      wake();
    },
    async take(): Promise<T> {
      while (items.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return items.shift()!;
    },
    get size() {
      return items.length;
    },
  };
}

async function connected(broker: Broker, heard: Heard): Promise<BrokerLink> {
  const link = broker.open(heard.session);
  await heard.state("Connected");
  return link;
}

export function brokerSuite(name: string, make: () => Promise<BrokerSubject>): void {
  const test = (what: string, body: (subject: BrokerSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await make();
      await body(subject);
    });

  const bridgeHeard = (more: Partial<BrokerSession> = {}): Heard =>
    hear({ clientId: "bridge-1", subscriptions: [topic("journal", "+")], ...more });

  test("what is published reaches who subscribed, in order", async (subject) => {
    const heard = bridgeHeard();
    const listener = await connected(subject.as(bridge), heard);
    const link = await connected(subject.as(node), hear({ clientId: node }));
    for (const text of ["one", "two", "three"]) {
      await link.publish({ topic: topic("journal"), payload: bytes(text) });
    }
    for (const text of ["one", "two", "three"]) {
      const message = await heard.next();
      assert.equal(textOf(message), text);
      assert.equal(message.topic, topic("journal"));
      assert.equal(message.retained, false);
    }
    await Promise.all([link.close(), listener.close()]);
  });

  test("what is retained is given to who subscribes later, until it is removed", async (subject) => {
    const link = await connected(subject.as(node), hear({ clientId: node }));
    await link.publish({ topic: topic("presence"), payload: bytes("old"), retain: true });
    await link.publish({ topic: topic("presence"), payload: bytes("here"), retain: true });
    const later = bridgeHeard({ subscriptions: [topic("presence", "+")] });
    const listener = await connected(subject.as(bridge), later);
    const message = await later.next();
    assert.deepEqual([textOf(message), message.retained], ["here", true]);
    await link.publish({ topic: topic("presence"), payload: bytes(""), retain: true });
    assert.equal(textOf(await later.next()), "");
    const last = bridgeHeard({ clientId: "bridge-2", subscriptions: [topic("presence", "+")] });
    const other = await connected(subject.as(bridge), last);
    await link.publish({ topic: topic("presence"), payload: bytes("new"), retain: true });
    assert.equal(textOf(await last.next()), "new");
    await Promise.all([link.close(), listener.close(), other.close()]);
  });

  test("the next message is given when the last was taken", async (subject) => {
    const given: string[] = [];
    const first = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const heard = bridgeHeard({
      async onMessage(message) {
        given.push(textOf(message));
        if (given.length > 1) return second.resolve();
        first.resolve();
        await taken.promise;
      },
    });
    const listener = await connected(subject.as(bridge), heard);
    const link = await connected(subject.as(node), hear({ clientId: node }));
    await link.publish({ topic: topic("journal"), payload: bytes("one") });
    await link.publish({ topic: topic("journal"), payload: bytes("two") });
    await first.promise;
    assert.deepEqual(given, ["one"]);
    taken.resolve();
    await second.promise;
    assert.deepEqual(given, ["one", "two"]);
    await Promise.all([link.close(), listener.close()]);
  });

  test("what came while a session was away is given when it is back", async (subject) => {
    const before = await connected(subject.as(bridge), bridgeHeard());
    await before.close();
    const link = await connected(subject.as(node), hear({ clientId: node }));
    await link.publish({ topic: topic("journal"), payload: bytes("meanwhile") });
    const heard = bridgeHeard();
    const again = subject.as(bridge).open(heard.session);
    assert.deepEqual(
      await heard.state("Connected").then((state) =>
        state.kind === "Connected" && state.sessionPresent
      ),
      true,
    );
    assert.equal(textOf(await heard.next()), "meanwhile");
    await Promise.all([link.close(), again.close()]);
  });

  test("what is told at most once reaches who is there, and waits for nobody", async (subject) => {
    const before = await connected(subject.as(bridge), bridgeHeard());
    await before.close();
    const link = await connected(subject.as(node), hear({ clientId: node }));
    const tell = (text: string): Promise<void> =>
      link.publish({ topic: topic("journal"), payload: bytes(text), atMostOnce: true });
    await tell("meanwhile");
    // The broker has seen it when it answers to what comes after it.
    await link.publish({ topic: topic("presence"), payload: bytes("after it") });
    const heard = bridgeHeard();
    const again = await connected(subject.as(bridge), heard);
    await tell("now");
    assert.equal(textOf(await heard.next()), "now");
    await Promise.all([link.close(), again.close()]);
  });

  test("a lost connection leaves a will, a leave does not; the session comes back", async (subject) => {
    const heard = bridgeHeard({ subscriptions: [topic("presence", "+")] });
    const listener = await connected(subject.as(bridge), heard);
    const own = hear({
      clientId: node,
      will: () => ({ topic: topic("presence"), payload: bytes("gone"), delaySeconds: 0 }),
    });
    const link = await connected(subject.as(node), own);
    await subject.cut(node);
    assert.equal(textOf(await heard.next()), "gone");
    await own.state("Away");
    await own.state("Connected");
    await link.close();
    const last = await connected(subject.as(node), hear({ clientId: node }));
    await last.publish({ topic: topic("presence"), payload: bytes("after") });
    assert.equal(textOf(await heard.next()), "after");
    await Promise.all([last.close(), listener.close()]);
  });

  test("of a shared subscription each message goes to one", async (subject) => {
    const subscriptions = [`$share/bridges/${topic("journal", "+")}`];
    const heard = mailbox<string>();
    const onMessage = (message: BrokerMessage): Promise<void> =>
      Promise.resolve(heard.put(textOf(message)));
    const links = await Promise.all(
      ["bridge-1", "bridge-2"].map((clientId) =>
        connected(subject.as(bridge), hear({ clientId, subscriptions, onMessage }))
      ),
    );
    const link = await connected(subject.as(node), hear({ clientId: node }));
    const sent = Array.from({ length: 10 }, (_, index) => `${index}`);
    for (const text of sent) {
      await link.publish({ topic: topic("journal"), payload: bytes(text) });
    }
    const came: string[] = [];
    while (came.length < sent.length) came.push(await heard.take());
    assert.deepEqual(came.sort(), sent);
    assert.equal(heard.size, 0);
    await Promise.all([link, ...links].map((each) => each.close()));
  });

  test("a broker that is away is told of, and comes back by itself", async (subject) => {
    const heard = hear({ clientId: node });
    const link = await connected(subject.as(node), heard);
    await subject.stop();
    const away = await heard.state("Away");
    assert.equal(away.kind === "Away" && away.reason !== "", true);
    await assert.rejects(
      link.publish({ topic: topic("journal"), payload: bytes("lost") }),
      Unavailable,
    );
    await subject.start();
    await heard.state("Connected");
    await link.publish({ topic: topic("journal"), payload: bytes("there") });
    await link.close();
    await link.close();
    await assert.rejects(
      link.publish({ topic: topic("journal"), payload: bytes("late") }),
      Unavailable,
    );
  });

  test("one may not speak for another", async (subject) => {
    const link = await connected(subject.as(node), hear({ clientId: node }));
    await assert.rejects(
      link.publish({ topic: topic("journal", "system:node:edge-2"), payload: bytes("forged") }),
      Forbidden,
    );
    await link.publish({ topic: topic("journal"), payload: bytes("own") });
    await link.close();
  });

  test("a message of the largest size is taken, and a larger one is not sent", async (subject) => {
    const heard = bridgeHeard();
    const listener = await connected(subject.as(bridge), heard);
    const link = await connected(subject.as(node), hear({ clientId: node }));
    assert.equal(link.maxPayload(), subject.maxMessageBytes);
    const payload = new Uint8Array(link.maxPayload());
    await link.publish({ topic: topic("journal"), payload });
    assert.equal((await heard.next()).payload.length, payload.length);
    await assert.rejects(
      link.publish({ topic: topic("journal"), payload: new Uint8Array(payload.length + 1) }),
      Invalid,
    );
    await link.publish({ topic: topic("journal"), payload: bytes("still there") });
    await Promise.all([link.close(), listener.close()]);
  });

  test("many messages may be published at once", async (subject) => {
    const heard = bridgeHeard();
    const listener = await connected(subject.as(bridge), heard);
    const link = await connected(subject.as(node), hear({ clientId: node }));
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`);
    await Promise.all(
      texts.map((text) => link.publish({ topic: topic("journal"), payload: bytes(text) })),
    );
    for (const text of texts) assert.equal(textOf(await heard.next()), text);
    await Promise.all([link.close(), listener.close()]);
  });
}
