/** The pod source's suite against the fake. */
import type { Pod } from "../../../src/core/k8s.ts";
import { fakePodSource } from "../../fakes/pod_source.ts";
import { pod } from "../../fakes/pods.ts";
import { podSourceSuite } from "../pod_source_suite.ts";

podSourceSuite("fake pod source", () => {
  const source = fakePodSource();
  const pods = new Map<string, Pod>();
  const podNamed = (name: string): Pod => {
    const made = pods.get(name) ?? pod(name).labels({ app: name }).build();
    pods.set(name, made);
    return made;
  };
  return Promise.resolve({
    source,
    hold: (names) => Promise.resolve(source.set(names.map(podNamed))),
    spoil: () =>
      Promise.resolve(source.report({ path: "/m/x", line: 1, column: 1, message: "not a pod" })),
    takeAway: () => Promise.resolve(source.goDown()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
