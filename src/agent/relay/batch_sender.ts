/** Sends what waits in the journal: one batch at a time, again and again until it is acknowledged, so that nothing is reordered. */
import { minute, second } from "../../core/instant.ts";
import { type JournalRecord, subjectOf } from "../../core/journal/record.ts";
import { packBatch } from "../../core/relay/batch.ts";
import type { MessageNumber } from "../../core/relay/envelope.ts";
import type { Acknowledgement } from "../../core/relay/messages.ts";
import { Invalid } from "../../ports/errors.ts";
import type { RelayDeps } from "./deps.ts";
import { createPostponed } from "./postponed.ts";
import type { Message, Speaker } from "./speaker.ts";

export interface BatchSender {
  /** Sends what is due; gives how long there is nothing to do unless something happens. Throws what publishing throws. */
  send(publish: (message: Message) => Promise<void>, maxBytes: number): Promise<number>;
  acknowledged(to: MessageNumber, acknowledgement: Acknowledgement): void;
  /** There is another connection: what is on its way is sent at once. */
  again(): void;
  acknowledgedAt(): number | null;
}

export type BatchSenderDeps = Pick<RelayDeps, "keeper" | "clock" | "random" | "metrics" | "log">;

interface Outstanding {
  readonly message: Message;
  readonly sequences: readonly number[];
  /** What each of them is about. */
  readonly subjects: ReadonlyMap<number, string>;
  /** Nothing else waited when it was made. */
  readonly isAll: boolean;
  readonly tries: number;
  readonly dueAt: number;
}

const recordsAtOnce = 500;
const firstTimeoutMs = 5 * second;
const longestTimeoutMs = 2 * minute;
/** Several things follow from one that happens: they are told together. */
const restMs = second;
/** Signature, numbers. */
const headBytes = 600;
const idleMs = 10 * minute;

export function createBatchSender(
  deps: BatchSenderDeps,
  speaker: Pick<Speaker, "batch">,
): BatchSender {
  const { keeper, clock, random, metrics, log } = deps;
  let outstanding: Outstanding | null = null;
  let acknowledgedAt: number | null = null;
  let restsUntil = 0;
  const postponed = createPostponed(clock);
  /** Too large for any message: they are left to the API server's own way. */
  const skipped = new Set<number>();

  async function next(maxBytes: number): Promise<Outstanding | null> {
    const { records, isAll: isPage } = await page();
    const limits = { maxBytes: Math.max(1, maxBytes - headBytes), bootId: keeper.bootId };
    const packed = packBatch(records, limits);
    if (packed === null) return null;
    const { body, sequences } = packed;
    const isAll = isPage && sequences.length === records.length;
    const subjects = new Map(records.map(({ sequence, entry }) => [sequence, subjectOf(entry)]));
    return { message: speaker.batch(body), sequences, subjects, isAll, tries: 0, dueAt: 0 };
  }

  /** The oldest that may be told now, behind however many that may not. */
  async function page(): Promise<{ records: readonly JournalRecord[]; isAll: boolean }> {
    for (let limit = recordsAtOnce;; limit *= 2) {
      const waiting = await keeper.waiting({ limit });
      const isAll = waiting.length < limit;
      const records = waiting.filter(({ sequence, entry }) =>
        !skipped.has(sequence) && !postponed.has(subjectOf(entry))
      ).slice(0, recordsAtOnce);
      if (isAll || records.length > 0) return { records, isAll };
    }
  }

  function timeoutMs(tries: number): number {
    const doubled = Math.min(firstTimeoutMs * 2 ** tries, longestTimeoutMs);
    return doubled * (1 + 0.1 * random.fraction());
  }

  function skip({ sequences }: Outstanding, err: Invalid): void {
    for (const sequence of sequences) skipped.add(sequence);
    metrics.records.inc({ result: "TooLarge" }, sequences.length);
    log.warn("A record is too large for a message and waits for the API server", { err });
  }

  return {
    async send(publish, maxBytes) {
      const rest = restsUntil - clock.monotonic();
      if (outstanding === null && rest > 0) return rest;
      const now = clock.monotonic();
      if (outstanding !== null && now < outstanding.dueAt) return outstanding.dueAt - now;
      if (outstanding !== null && !outstanding.sequences.every(keeper.isWaiting)) {
        // The API server has some of it the other way: what is told again may be older than what it has.
        outstanding = null;
      }
      outstanding ??= await next(maxBytes);
      if (outstanding === null) return Math.min(idleMs, postponed.nextMs());
      const current: Outstanding = outstanding;
      const wait = timeoutMs(current.tries);
      outstanding = { ...current, tries: current.tries + 1, dueAt: now + wait };
      try {
        await publish(withQuality(current));
      } catch (err) {
        if (!(err instanceof Invalid)) throw err;
        skip(current, err);
        outstanding = null;
        return 0;
      }
      return wait;
    },
    acknowledged({ session, counter }, { refused, later }) {
      const done = outstanding;
      const isIt = done?.message.session === session && done.message.counter === counter;
      if (done === null || !isIt) return;
      outstanding = null;
      restsUntil = done.isAll ? clock.monotonic() + restMs : 0;
      acknowledgedAt = clock.now();
      const told = done.sequences.filter((sequence) => !later.includes(sequence));
      for (const sequence of told) postponed.delete(done.subjects.get(sequence) ?? "");
      postponed.add(new Set(later.flatMap((sequence) => done.subjects.get(sequence) ?? [])));
      keeper.acknowledge(told);
      metrics.lastAcknowledgement.set({}, acknowledgedAt / second);
      const lost = told.filter((sequence) => refused.includes(sequence)).length;
      metrics.records.inc({ result: "Acknowledged" }, told.length - lost);
      if (lost === 0) return;
      metrics.records.inc({ result: "Refused" }, lost);
      log.warn("The API server refuses what this node has told", { records: lost });
    },
    again() {
      if (outstanding !== null) outstanding = { ...outstanding, tries: 0, dueAt: 0 };
    },
    acknowledgedAt: () => acknowledgedAt,
  };
}

/** The acknowledgement tells more than the broker's answer would; where it fails to come the broker keeps the batch for a bridge that is away. */
function withQuality({ message, tries }: Outstanding): Message {
  return { ...message, publication: { ...message.publication, atMostOnce: tries === 0 } };
}
