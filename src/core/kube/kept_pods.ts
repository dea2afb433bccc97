/** Which pods of the API server are there, whatever a server that is not to be believed leaves out. */
import type { Instant } from "../instant.ts";
import { type HoldReason, holdReason } from "./deletion_proof.ts";
import { versionNumber } from "./known_list.ts";
import type { KubeObject } from "./resource.ts";

/** What a server has told at one time. */
export interface ServerAnswer<T> {
  readonly items: readonly T[];
  /** Those of the items that it has told of before and does not show now. */
  readonly unconfirmed: readonly T[];
  /** Those that it has told of, one by one, as deleted. */
  readonly deleted: readonly T[];
  readonly resourceVersion: string;
  /** Its data were found to be older than before. */
  readonly wentBack: boolean;
}

/** Deletions that are not believed. */
export interface Hold {
  readonly reason: HoldReason;
  readonly since: Instant;
  /** The UIDs of the pods that are kept. */
  readonly uids: ReadonlySet<string>;
}

export interface KeptPods<T> {
  /** By UID. */
  readonly items: ReadonlyMap<string, T>;
  readonly hold: Hold | null;
  /** The newest version that the server has told. */
  readonly newest: bigint;
  /** Since some of them were missed, the server's data have been older than that. */
  readonly wentBack: boolean;
}

/** What an earlier agent has kept. */
export function keptEarlier<T extends KubeObject>(
  { items, resourceVersion, hold }: {
    readonly items: readonly T[];
    readonly resourceVersion: string;
    readonly hold: Hold | null;
  },
): KeptPods<T> {
  return {
    items: byUid(items),
    hold,
    newest: versionNumber(resourceVersion),
    wentBack: hold?.reason === "OlderData",
  };
}

/** The UIDs of those that the server does not show, and has not told of as deleted. */
export function absentFrom<T extends KubeObject>(
  { items }: KeptPods<T>,
  answer: ServerAnswer<T>,
): readonly string[] {
  const shown = shownIn(answer);
  const deleted = byUid(answer.deleted);
  return [...items.keys()].filter((uid) => !shown.has(uid) && !deleted.has(uid));
}

/** After an answer of a server of the same or of another cluster. */
export function afterAnswer<T extends KubeObject>(
  kept: KeptPods<T>,
  answer: ServerAnswer<T>,
  { cluster, now }: { readonly cluster: "Same" | "Other"; readonly now: Instant },
): KeptPods<T> {
  const absent = absentFrom(kept, answer);
  const version = versionNumber(answer.resourceVersion);
  const hasOlderData = kept.wentBack || isOlder(kept, answer);
  const goesOn = holdThatGoesOn(kept, { answer, absent, cluster });
  const known = kept.items.size;
  const reason = goesOn?.reason ??
    holdReason({ cluster, hasOlderData, absent: absent.length, known });
  // A server that has not come as far as it was may still show them.
  const stay = reason === null && version >= kept.newest ? [] : absent;
  const wentBack = stay.length > 0 && hasOlderData;
  // What another cluster counts says nothing of ours.
  const isForeign = reason === "OtherCluster";
  return {
    items: withStaying(kept, answer, stay),
    hold: reason === null
      ? null
      : { reason, since: kept.hold?.since ?? now, uids: new Set(absent) },
    newest: isForeign || (wentBack && kept.newest > version) ? kept.newest : version,
    wentBack: isForeign ? kept.wentBack : wentBack,
  };
}

/** After somebody has said that those that are held were deleted indeed. */
export function afterConfirmation<T>(kept: KeptPods<T>): KeptPods<T> {
  const held = kept.hold?.uids ?? new Set();
  return {
    items: new Map([...kept.items].filter(([uid]) => !held.has(uid))),
    hold: null,
    newest: 0n,
    wentBack: false,
  };
}

/**
 * A server that went back is not believed because it has come as far as before with new data, and none because pods have come
 * since: it must show some of those that are held.
 */
function holdThatGoesOn<T extends KubeObject>(
  { hold }: KeptPods<T>,
  { answer, absent, cluster }: {
    readonly answer: ServerAnswer<T>;
    readonly absent: readonly string[];
    readonly cluster: "Same" | "Other";
  },
): Hold | null {
  if (hold === null || (hold.reason === "OtherCluster" && cluster === "Same")) return null;
  const held = hold.uids.difference(new Set(byUid(answer.deleted).keys()));
  return held.size > 0 && held.isSubsetOf(new Set(absent)) ? hold : null;
}

/** Whether an answer shows that the server's data are older than what it has told before. */
export function isOlder<T extends KubeObject>(kept: KeptPods<T>, answer: ServerAnswer<T>): boolean {
  return answer.wentBack || versionNumber(answer.resourceVersion) < kept.newest ||
    showsOlder(kept, answer);
}

/** The server may have come as far as before, but one of its objects has not. */
function showsOlder<T extends KubeObject>(kept: KeptPods<T>, answer: ServerAnswer<T>): boolean {
  return [...shownIn(answer)].some(([uid, item]) => {
    const before = kept.items.get(uid);
    return before !== undefined && before !== item && versionOf(item) < versionOf(before);
  });
}

function versionOf({ metadata }: KubeObject): bigint {
  return versionNumber(metadata?.resourceVersion ?? "");
}

/** What takes the name of a pod that stays waits for its end. */
function withStaying<T extends KubeObject>(
  kept: KeptPods<T>,
  answer: ServerAnswer<T>,
  stay: readonly string[],
): ReadonlyMap<string, T> {
  const staying = stay.flatMap((uid) => {
    const item = kept.items.get(uid);
    return item === undefined ? [] : [[uid, item] as const];
  });
  const names = new Set(staying.map(([, item]) => nameOf(item)));
  const shown = [...shownIn(answer)].filter(([, item]) => !names.has(nameOf(item)));
  return new Map([...shown, ...staying]);
}

function shownIn<T extends KubeObject>(
  { items, unconfirmed }: ServerAnswer<T>,
): ReadonlyMap<string, T> {
  const doubtful = new Set(unconfirmed);
  return byUid(items.filter((item) => !doubtful.has(item)));
}

function byUid<T extends KubeObject>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [uidOf(item), item]));
}

/** What has no UID is known by its name. */
export function uidOf(object: KubeObject): string {
  return object.metadata?.uid ?? nameOf(object);
}

/** `namespace/name` */
export function nameOf({ metadata }: KubeObject): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}
