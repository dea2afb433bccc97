/** What is known of one manifest file, and how the next look at it changes that. Pure. */
import type { Pod } from "../../core/k8s.ts";
import { isSamePod } from "../../core/pod/static_pod.ts";
import type { SourceProblem } from "../../ports/pod_source.ts";

export interface ManifestView {
  readonly path: string;
  /** The file as it looked from outside when it was read. */
  readonly stamp: string;
  /** The last good pod; it stays while the file is nonsense, and for a moment when the file is gone. */
  readonly pod: Pod | null;
  /** What people are told is wrong with the file. */
  readonly problems: readonly SourceProblem[];
  /**
   * Monotonic time at which to read the file once more before its state is believed: it may be half written, be gone
   * for the moment between two steps of an editor, or change again within the same tick of its time stamps.
   */
  readonly settleAt: number | null;
  /** The file has settled, or lay there when nothing had been read yet: what is wrong with it may be told. */
  readonly believed: boolean;
  /** The file could not be read, so its looks do not say whether trying again helps. */
  readonly retry: boolean;
}

/** What one look found. */
export type Reading =
  | { readonly kind: "Pod"; readonly pod: Pod }
  | {
    readonly kind: "Problems";
    readonly problems: readonly SourceProblem[];
    readonly retry: boolean;
  }
  | { readonly kind: "Missing" };

/** Whether a file must be read (again). */
export function isDue(
  view: ManifestView | undefined,
  { stamp, now }: { readonly stamp: string; readonly now: number },
): boolean {
  if (view === undefined || view.stamp !== stamp || view.retry) return true;
  return view.settleAt !== null && stillToSettle(view, now) === null;
}

/**
 * The view once its folder could not be read: a look that was to confirm a change, a deletion above all, does not count
 * any more.
 */
export function doubtful(view: ManifestView): ManifestView {
  return view.settleAt === null ? view : { ...view, stamp: "" };
}

/** The view after a look; null when the file is gone for good. */
export function nextView(
  before: ManifestView | undefined,
  { path, stamp, reading, isChanged, now, settleMs, isFirstLook }: {
    readonly path: string;
    readonly stamp: string;
    readonly reading: Reading;
    /** The kernel told of a change, whatever the stamp says. */
    readonly isChanged: boolean;
    readonly now: number;
    readonly settleMs: number;
    /** Nothing was read before, so that it is better to tell too much than to believe the folder free of trouble. */
    readonly isFirstLook: boolean;
  },
): ManifestView | null {
  const settleAt = isChanged || before?.stamp !== stamp
    ? now + settleMs
    : stillToSettle(before, now);
  const believed = settleAt === null || isFirstLook;
  const pod = before?.pod ?? null;
  if (reading.kind === "Missing" && (settleAt === null || pod === null)) return null;
  const common = { path, stamp, settleAt, believed, retry: false };
  if (reading.kind === "Pod") {
    const unchanged = pod !== null && isSamePod(pod, reading.pod);
    return { ...common, pod: unchanged ? pod : reading.pod, problems: [] };
  }
  const told = before?.problems ?? [];
  if (reading.kind === "Missing") return { ...common, pod, problems: told };
  const problems = believed ? reading.problems : told;
  return { ...common, pod, problems, retry: reading.retry };
}

function stillToSettle({ settleAt }: ManifestView, now: number): number | null {
  return settleAt === null || settleAt <= now ? null : settleAt;
}
