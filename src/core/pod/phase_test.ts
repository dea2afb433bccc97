/** The phase of a pod in all the combinations of its containers' states that matter. */
import assert from "node:assert/strict";
import type { K8sContainerState, K8sContainerStatus, Pod } from "../k8s.ts";
import { type Phase, phase } from "./phase.ts";

const ended = (exitCode: number): K8sContainerState => ({ terminated: { exitCode } });
const at = (state: K8sContainerState, lastState: K8sContainerState = {}): K8sContainerStatus => ({
  name: "main",
  image: "",
  imageID: "",
  ready: state.running !== undefined,
  started: state.running !== undefined,
  restartCount: 0,
  state,
  lastState,
});

/** With the names that the pod's containers have. */
function numbered(statuses: readonly K8sContainerStatus[]): readonly K8sContainerStatus[] {
  return statuses.map((status, index) => ({ ...status, name: `main${index}` }));
}

const running = at({ running: {} });
const waiting = at({ waiting: {} });
const crashed = at({ waiting: {} }, ended(1));
const done = at(ended(0));
const failed = at(ended(1));

interface Case {
  readonly init?: K8sContainerStatus;
  readonly sidecar?: K8sContainerStatus;
  readonly main: readonly K8sContainerStatus[];
  readonly policy?: string;
  /** Of the first main container alone. */
  readonly own?: string;
  readonly initialized?: boolean;
  readonly phase: Phase;
}

const cases: Readonly<Record<string, Case>> = {
  "nothing has run": { main: [waiting], phase: "Pending" },
  "it runs": { main: [running], phase: "Running" },
  "one runs, one never did": { main: [running, waiting], phase: "Pending" },
  "one runs, one is backing off": { main: [running, crashed], phase: "Running" },
  "it is backing off": { main: [crashed], phase: "Running" },
  "it ended and will run again": { main: [done], phase: "Running" },
  "it is done": { main: [done, done], policy: "OnFailure", phase: "Succeeded" },
  "one failed and is tried again": { main: [done, failed], policy: "OnFailure", phase: "Running" },
  "one failed for good": { main: [done, failed], policy: "Never", phase: "Failed" },
  "one ended, one runs": { main: [done, running], policy: "Never", phase: "Running" },
  "an init container runs": { init: running, main: [waiting], phase: "Pending" },
  "an init container is backing off": { init: crashed, main: [waiting], phase: "Pending" },
  "an init container failed for good": {
    init: failed,
    main: [waiting],
    policy: "Never",
    phase: "Failed",
  },
  "an init container is done": { init: done, main: [running], phase: "Running" },
  "init containers run anew in a new sandbox": { init: running, main: [crashed], phase: "Pending" },
  "a sidecar has not started": { sidecar: waiting, main: [waiting], phase: "Pending" },
  "a sidecar restarts beside its pod": {
    sidecar: at({ waiting: {} }, ended(1)),
    main: [running],
    initialized: true,
    phase: "Running",
  },
  "only a sidecar is left": { sidecar: running, main: [done], policy: "Never", phase: "Running" },
  "it ended and its own policy has it run again": {
    main: [failed, done],
    policy: "Never",
    own: "Always",
    phase: "Running",
  },
  "it ended for good by its own policy": { main: [failed], own: "Never", phase: "Failed" },
  "the sidecar ended too, with an error": {
    sidecar: failed,
    main: [done],
    policy: "Never",
    phase: "Succeeded",
  },
};

for (
  const [name, { init, sidecar, main, policy, own, initialized, phase: expected }] of Object
    .entries(
      cases,
    )
) {
  Deno.test(`a pod is ${expected} when ${name}`, () => {
    const inits = [
      ...(init === undefined ? [] : [{ container: {}, status: init }]),
      ...(sidecar === undefined
        ? []
        : [{ container: { restartPolicy: "Always" }, status: sidecar }]),
    ].map(({ container, status }, index) => ({
      container: { name: `init${index}`, ...container },
      status: { ...status, name: `init${index}` },
    }));
    const pod: Pod = {
      metadata: { name: "web", namespace: "default", uid: "uid" },
      spec: {
        initContainers: inits.map(({ container }) => container),
        containers: main.map((_, index) => ({
          name: `main${index}`,
          ...(index === 0 && own !== undefined ? { restartPolicy: own } : {}),
        })),
        restartPolicy: policy ?? "Always",
        terminationGracePeriodSeconds: 30,
        dnsPolicy: "ClusterFirst",
      },
    };
    const given = { pod, init: inits.map(({ status }) => status), main: numbered(main) };
    assert.equal(phase({ ...given, initialized: initialized ?? false, isOver: false }), expected);
  });
}
