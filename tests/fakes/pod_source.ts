/** A pod source that says what a test puts into its mouth. */
import type { Pod } from "../../src/core/k8s.ts";
import { annotation } from "../../src/core/cri/labels.ts";
import { fileSource } from "../../src/core/pod/static_pod.ts";
import { node } from "./node.ts";
import type { PodSource, SourceProblem, SourceSnapshot } from "../../src/ports/pod_source.ts";

export interface FakePodSource extends PodSource {
  /** The source can be asked, and holds these pods and nothing else. */
  set(pods: readonly Pod[]): void;
  /** It cannot be asked any more, and goes on saying what it knew. */
  goDown(): void;
  /** It holds something that is not a pod. */
  report(problem: SourceProblem): void;
}

/** A source that is up and holds nothing yet. Who reads slowly gets the newest snapshot, not each one. */
export function fakePodSource({ name = "file" }: { readonly name?: string } = {}): FakePodSource {
  let current: SourceSnapshot = { available: true, pods: [], problems: [] };
  const waiting = new Set<() => void>();

  function say(change: Partial<SourceSnapshot>): void {
    current = { ...current, ...change };
    for (const wake of [...waiting]) wake();
  }

  async function* snapshots(signal: AbortSignal): AsyncGenerator<SourceSnapshot> {
    let told: SourceSnapshot | undefined;
    while (!signal.aborted) {
      if (told === current) await changed(signal);
      else yield told = current;
    }
  }

  function changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    return promise;
  }

  return {
    name,
    snapshots,
    set: (pods) => say({ available: true, pods: pods.map(marked), problems: [] }),
    goDown: () => say({ available: false }),
    report: (problem) => say({ problems: [...current.problems, problem] }),
  };
}

/** The same object again for the same pod: it has not changed. */
const markedPods = new WeakMap<Pod, Pod>();

/** The pod with what the real source adds to a manifest. */
function marked(pod: Pod): Pod {
  const known = markedPods.get(pod);
  if (known !== undefined) return known;
  const marks = {
    [annotation.configHash]: pod.metadata.uid,
    [annotation.configSource]: fileSource,
  };
  const annotations = { ...marks, ...pod.metadata.annotations };
  const whole = {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, nodeName: node().nodeName },
  };
  markedPods.set(pod, whole);
  return whole;
}
