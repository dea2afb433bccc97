/** Keeps the views of all manifest files up to date: each look reads only what changed. */
import { basename } from "node:path";
import { parseManifest } from "../../core/pod/parse_manifest.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SourceSnapshot } from "../../ports/pod_source.ts";
import type { FolderWatch } from "./folder_watch.ts";
import { type Glimpse, glimpse, readBytes } from "./manifest_file.ts";
import { byName, findPlace, listFiles, type Place, reasonOf } from "./manifest_files.ts";
import { doubtful, isDue, type ManifestView, nextView, type Reading } from "./manifest_view.ts";
import { mergeViews } from "./merge_views.ts";

/** How long a file must stay as it is before it is believed to be broken or deleted. */
const settleMs = 1_000;

export interface ManifestReader {
  /** Looks at everything once. */
  look(): Promise<SourceSnapshot>;
  /** When a file is to be looked at though nothing was heard, in milliseconds from now; Infinity for never. */
  nextDueMs(): number;
}

export interface ManifestReaderDeps {
  /** Absolute. */
  readonly path: string;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly watch: FolderWatch;
}

export function createManifestReader(deps: ManifestReaderDeps): ManifestReader {
  const { path, nodeName, clock, watch } = deps;
  const views = new Map<string, ManifestView>();
  let wasRead = false;
  let wasFile = false;

  async function look(): Promise<SourceSnapshot> {
    const place = await findPlace(path, { wasFile });
    // Watched first, so that what changes while the files are read is heard of.
    await watch.keep(place.kind === "Away" ? null : place.watch);
    const trouble = place.kind === "Away" ? place.message : await readAll(place);
    if (trouble !== null) views.forEach((view) => views.set(view.path, doubtful(view)));
    const { pods, problems } = mergeViews(
      [...views.values()].sort((a, b) => byName(a.path, b.path)),
    );
    if (trouble === null) return { available: true, pods, problems };
    const own = { path, line: 0, column: 0, message: trouble };
    return { available: false, pods, problems: [own, ...problems] };
  }

  /** Gives the reason when the folder cannot be listed; nothing has changed then. */
  async function readAll(place: Exclude<Place, { kind: "Away" }>): Promise<string | null> {
    let paths: readonly string[];
    try {
      paths = await listFiles(place.watch);
    } catch (err) {
      return reasonOf(err);
    }
    wasFile = place.kind === "File";
    const changed = watch.takeChanged();
    const all = [...new Set([...paths, ...views.keys()])];
    const seen = await Promise.all(all.map(async (each) => ({ each, from: await glimpse(each) })));
    for (const { each, from } of seen) await refresh(each, from, changed);
    wasRead = true;
    return null;
  }

  async function refresh(
    file: string,
    from: Glimpse,
    changed: ReadonlySet<string>,
  ): Promise<void> {
    const before = views.get(file);
    const { stamp } = from;
    const isChanged = changed.has(basename(file));
    if (!isChanged && !isDue(before, { stamp, now: clock.monotonic() })) return;
    const reading = await read(file, from);
    const view = nextView(before, {
      path: file,
      stamp,
      reading,
      isChanged,
      now: clock.monotonic(),
      settleMs,
      isFirstLook: !wasRead,
    });
    if (view === null) views.delete(file);
    else views.set(file, view);
  }

  async function read(file: string, from: Glimpse): Promise<Reading> {
    if (from.kind === "Unreadable") return trouble(file, from.message);
    if (from.kind !== "Readable") return { kind: "Missing" };
    const bytes = await readBytes(file, from);
    if (!bytes.ok) return { ...trouble(file, bytes.error), retry: true };
    const pod = parseManifest(bytes.value, { path: file, nodeName, seenAt: clock.now() });
    if (pod.ok) return { kind: "Pod", pod: pod.value };
    const problems = pod.error.map((problem) => ({ path: file, ...problem }));
    return { kind: "Problems", problems, retry: false };
  }

  function nextDueMs(): number {
    const times = [...views.values()].map(({ settleAt }) => settleAt ?? Infinity);
    return Math.max(0, Math.min(Infinity, ...times) - clock.monotonic());
  }

  return { look, nextDueMs };
}

function trouble(path: string, message: string): Reading & { readonly kind: "Problems" } {
  return { kind: "Problems", problems: [{ path, line: 0, column: 0, message }], retry: false };
}
