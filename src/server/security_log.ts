/** The security log: a line of JSON for each refused request, and for each exec, attach, port-forward and run. */
import {
  type BucketLimits,
  fullBucket,
  take,
  type TokenBucket,
} from "../core/kube/token_bucket.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { hostOf } from "./client_host.ts";
import type { SecurityRecord } from "./security_record.ts";

export interface SecurityLog extends Disposable {
  /** Under a flood not each is written, but how many were not, and from where they came. */
  refused(record: SecurityRecord): void;
  /** A message of the relay that was not believed; under a flood as with requests. */
  dropped(message: DroppedMessage): void;
  /** A server that wanted to reach something else than the kubelet through the node's tunnel; under a flood as with requests. */
  dialRefused(dial: RefusedDial): void;
  /** Written where it is about the inside of a pod. */
  allowed(record: SecurityRecord): void;
}

/** The topic names the node for whom somebody spoke. */
export interface DroppedMessage {
  readonly node: string;
  readonly topic: string;
  readonly problem: string;
}

/** What the tunnel to `server` was asked for, such as `tcp/10.0.0.1:22`. */
export interface RefusedDial {
  readonly server: string;
  readonly target: string;
  readonly reason: string;
}

export interface SecurityLogDeps {
  readonly clock: Clock;
  /** Takes one line with its end at a time. When it throws, the line is lost and counted. */
  readonly write: (line: string) => void;
  readonly log: Log;
}

/** What is refused. What somebody wanted of the inside of a pod is not crowded out by the rest, nor by those whom nobody knows. */
type Kind = "other" | "strangersAction" | "usersAction";

/** Nothing for a person who tries; for a flood that lasts 5 MB a day at most, or 20 MB of actions. */
const paces: Readonly<Record<Kind, BucketLimits>> = {
  other: { perSecond: 0.2, burst: 100 },
  strangersAction: { perSecond: 0.5, burst: 1_000 },
  usersAction: { perSecond: 0.5, burst: 1_000 },
};
const summaryMs = 60_000;
const longestTopic = 256;
const longestTarget = 256;
/** Further ones are counted together. */
const mostAddresses = 16;

/** What was not written since the last summary. */
interface LeftOut {
  count: number;
  readonly byHost: Map<string, number>;
  readonly timer: Timer;
}

export function createSecurityLog({ clock, write, log }: SecurityLogDeps): SecurityLog {
  const started = clock.monotonic();
  const buckets: Record<Kind, TokenBucket> = {
    other: fullBucket(paces.other, started),
    strangersAction: fullBucket(paces.strangersAction, started),
    usersAction: fullBucket(paces.usersAction, started),
  };
  let leftOut: LeftOut | null = null;
  let lost = 0;

  function put(record: object): void {
    const ts = new Date(clock.now()).toISOString();
    try {
      write(`${ascii(JSON.stringify({ ts, ...record, ...(lost > 0 && { lostBefore: lost }) }))}\n`);
      lost = 0;
    } catch (err) {
      if (lost === 0) log.error("Security records cannot be written and are lost", { err });
      lost += 1;
    }
  }

  function mayWrite(kind: Kind): boolean {
    const taken = take(buckets[kind], paces[kind], clock.monotonic());
    if (taken.waitMs > 0) return false;
    buckets[kind] = taken.bucket;
    return true;
  }

  function leaveOut(host: string): void {
    leftOut ??= { count: 0, byHost: new Map(), timer: clock.after(summaryMs, summarize) };
    const { byHost } = leftOut;
    const key = byHost.has(host) || byHost.size < mostAddresses ? host : "others";
    byHost.set(key, (byHost.get(key) ?? 0) + 1);
    leftOut.count += 1;
  }

  function summarize(): void {
    if (leftOut === null) return;
    const { count, byHost, timer } = leftOut;
    timer.cancel();
    leftOut = null;
    put({ verdict: "refused", leftOut: count, hosts: Object.fromEntries(byHost) });
  }

  return {
    refused(record) {
      if (mayWrite(kindOf(record))) put(record);
      else leaveOut(hostOf(record.address));
    },
    dropped({ node, topic, problem }) {
      const record = { verdict: "dropped", node, topic: topic.slice(0, longestTopic), problem };
      if (mayWrite("other")) put(record);
      else leaveOut(node);
    },
    dialRefused({ server, target, reason }) {
      const record = { verdict: "refused", server, target: target.slice(0, longestTarget), reason };
      if (mayWrite("other")) put(record);
      else leaveOut(hostOf(server));
    },
    allowed(record) {
      if (record.action !== undefined) put(record);
    },
    [Symbol.dispose]: summarize,
  };
}

function kindOf({ action, user }: SecurityRecord): Kind {
  if (action === undefined) return "other";
  return user === null ? "strangersAction" : "usersAction";
}

/** Whatever a client has sent, a line is one harmless line on every terminal. */
function ascii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
