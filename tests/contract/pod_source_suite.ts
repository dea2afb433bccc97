/** What every pod source must do. */
import assert from "node:assert/strict";
import type { PodSource, SourceSnapshot } from "../../src/ports/pod_source.ts";
import { readSnapshots } from "../fakes/snapshot_reader.ts";

/** A source with what stands behind it. Pods carry their name in the label `app`. */
export interface PodSourceSubject extends AsyncDisposable {
  readonly source: PodSource;
  /** From now on the source holds these pods and nothing else. */
  hold(names: readonly string[]): Promise<void>;
  /** Puts something in that is not a pod. */
  spoil(): Promise<void>;
  /** The source cannot be asked until it is made to hold something again. */
  takeAway(): Promise<void>;
}

export function podSourceSuite(name: string, open: () => Promise<PodSourceSubject>): void {
  const test = (what: string, run: (subject: PodSourceSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await run(subject);
    });

  test("the first snapshot comes at once, with all there is", async (subject) => {
    await subject.hold(["a", "b"]);
    await using reader = readSnapshots(subject.source);
    const first = await reader.until("first snapshot", () => true);
    assert.deepEqual(names(first), ["a", "b"]);
    assert.equal(first.available, true);
    assert.deepEqual(first.problems, []);
  });

  test("pods come and go, and those that stay are the same objects", async (subject) => {
    await subject.hold(["a"]);
    await using reader = readSnapshots(subject.source);
    const before = await reader.until("a", has("a"));
    await subject.hold(["a", "b"]);
    const both = await reader.until("a and b", has("a", "b"));
    assert.equal(both.pods[0], before.pods[0]);
    await subject.hold(["b"]);
    const after = await reader.until("b only", has("b"));
    assert.equal(after.pods[0], both.pods[1]);
    await subject.hold([]);
    assert.equal((await reader.until("nothing", has())).available, true);
  });

  test("what is not a pod is a problem and disturbs no pod", async (subject) => {
    await subject.hold(["a"]);
    await using reader = readSnapshots(subject.source);
    const before = await reader.until("a", has("a"));
    await subject.spoil();
    const spoilt = await reader.until("a problem", ({ problems }) => problems.length > 0);
    assert.equal(spoilt.available, true);
    assert.equal(spoilt.pods[0], before.pods[0]);
    assert.ok(spoilt.problems.every(({ path, message }) => path !== "" && message !== ""));
    await subject.hold(["a"]);
    await reader.until("no problem", ({ problems }) => problems.length === 0);
  });

  test("a source that is away keeps its pods, and says so until it is back", async (subject) => {
    await subject.hold(["a"]);
    await using reader = readSnapshots(subject.source);
    await reader.until("a", has("a"));
    await subject.takeAway();
    const away = await reader.until("away", ({ available }) => !available);
    assert.deepEqual(names(away), ["a"]);
    await subject.hold(["a", "b"]);
    const back = await reader.until("back", has("a", "b"));
    assert.equal(back.available, true);
    assert.ok(reader.all.slice(1).every((snapshot) => names(snapshot).includes("a")));
  });

  test("an aborted reader ends, wherever it stands", async (subject) => {
    await subject.hold(["a"]);
    const aborted = subject.source.snapshots(AbortSignal.abort());
    for await (const snapshot of aborted) assert.fail(`unexpected ${JSON.stringify(snapshot)}`);
    const stop = new AbortController();
    const snapshots = subject.source.snapshots(stop.signal)[Symbol.asyncIterator]();
    await snapshots.next();
    const waiting = snapshots.next();
    stop.abort();
    assert.equal((await waiting).done, true);
  });

  test("a reader that leaves lets go of everything", async (subject) => {
    await subject.hold(["a"]);
    for await (const _ of subject.source.snapshots(new AbortController().signal)) break;
  });
}

function has(...expected: readonly string[]): (snapshot: SourceSnapshot) => boolean {
  return (snapshot) => names(snapshot).join() === expected.join();
}

function names({ pods }: SourceSnapshot): readonly (string | undefined)[] {
  return pods.map(({ metadata }) => metadata.labels?.["app"]);
}
