/** Pods in a line, as `kubectl get pods` has them. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { K8sContainerState, K8sContainerStatus, Pod, PodStatus } from "../k8s.ts";
import { type PodSummary, summarizePod } from "./summary.ts";

const now = Date.UTC(2026, 0, 2);
const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString();

const running: K8sContainerState = { running: { startedAt: ago(60) } };
const waiting = (reason: string): K8sContainerState => ({ waiting: { reason } });
const ended = (exitCode: number, reason?: string): K8sContainerState => ({
  terminated: { exitCode, ...(reason !== undefined && { reason }) },
});

function status(
  name: string,
  state: K8sContainerState,
  more: Partial<K8sContainerStatus> = {},
): K8sContainerStatus {
  return { name, state, ready: false, restartCount: 0, image: "busybox:1", imageID: "", ...more };
}

const isReady = { ready: true, started: true } as const;
const up = (name: string) => status(name, running, isReady);
const condition = (type: string, value: "True" | "False") => ({ type, status: value });
const died = (seconds: number): Partial<K8sContainerStatus> => ({
  lastState: { terminated: { exitCode: 1, finishedAt: ago(seconds) } },
});

const one = pod("web").container("main").build();
const two = pod("web").container("a").container("b").build();
const withInit = pod("web").initContainer("i1").initContainer("i2").container("main").build();
const withSidecar = pod("web").initContainer("i1").sidecar("s").container("main").build();

function seen(base: Pod, podStatus: PodStatus, metadata: Partial<Pod["metadata"]> = {}): Pod {
  return { ...base, metadata: { ...base.metadata, ...metadata }, status: podStatus };
}

interface Case {
  readonly name: string;
  readonly pod: Pod;
  readonly expect: Partial<PodSummary>;
}

const cases: readonly Case[] = [
  {
    name: "no status yet",
    pod: one,
    expect: { ready: "0/1", status: "Unknown", restarts: "0", age: "<unknown>" },
  },
  {
    name: "no container yet",
    pod: seen(one, { phase: "Pending" }),
    expect: { ready: "0/1", status: "Pending" },
  },
  {
    name: "creating",
    pod: seen(one, {
      phase: "Pending",
      containerStatuses: [status("main", waiting("ContainerCreating"))],
    }),
    expect: { status: "ContainerCreating" },
  },
  {
    name: "running and ready",
    pod: seen(one, { phase: "Running", containerStatuses: [up("main")] }),
    expect: { ready: "1/1", status: "Running", restarts: "0" },
  },
  {
    name: "the reason of the first container that has one wins",
    pod: seen(two, {
      phase: "Running",
      containerStatuses: [status("a", waiting("ImagePullBackOff")), status("b", ended(1, "Error"))],
    }),
    expect: { ready: "0/2", status: "ImagePullBackOff" },
  },
  {
    name: "crash loop with restarts",
    pod: seen(one, {
      phase: "Running",
      containerStatuses: [
        status("main", waiting("CrashLoopBackOff"), { restartCount: 3, ...died(300) }),
      ],
    }),
    expect: { status: "CrashLoopBackOff", restarts: "3 (5m ago)" },
  },
  {
    name: "the latest restart of all containers is told",
    pod: seen(two, {
      phase: "Running",
      containerStatuses: [
        { ...up("a"), restartCount: 2, ...died(30) },
        { ...up("b"), restartCount: 1, ...died(3_600 * 9) },
      ],
    }),
    expect: { ready: "2/2", restarts: "3 (30s ago)" },
  },
  {
    name: "restarts of which no end is known",
    pod: seen(one, {
      phase: "Running",
      containerStatuses: [{ ...up("main"), restartCount: 4 }],
    }),
    expect: { restarts: "4" },
  },
  {
    name: "succeeded",
    pod: seen(one, {
      phase: "Succeeded",
      containerStatuses: [status("main", ended(0, "Completed"))],
    }),
    expect: { ready: "0/1", status: "Completed" },
  },
  {
    name: "out of memory",
    pod: seen(one, {
      phase: "Failed",
      containerStatuses: [status("main", ended(137, "OOMKilled"))],
    }),
    expect: { status: "OOMKilled" },
  },
  {
    name: "an end without a reason",
    pod: seen(one, { phase: "Failed", containerStatuses: [status("main", ended(7))] }),
    expect: { status: "ExitCode:7" },
  },
  {
    name: "an end by a signal without a reason",
    pod: seen(one, {
      phase: "Failed",
      containerStatuses: [status("main", { terminated: { exitCode: 0, signal: 9 } })],
    }),
    expect: { status: "Signal:9" },
  },
  {
    name: "one of two is through, the pod is ready",
    pod: seen(two, {
      phase: "Running",
      conditions: [condition("Ready", "True")],
      containerStatuses: [status("a", ended(0, "Completed")), up("b")],
    }),
    expect: { ready: "1/2", status: "Running" },
  },
  {
    name: "one of two is through, the pod is not ready",
    pod: seen(two, {
      phase: "Running",
      conditions: [condition("Ready", "False")],
      containerStatuses: [status("a", ended(0, "Completed")), up("b")],
    }),
    expect: { ready: "1/2", status: "NotReady" },
  },
  {
    name: "the first init container runs",
    pod: seen(withInit, {
      phase: "Pending",
      initContainerStatuses: [
        status("i1", running, { started: true }),
        status("i2", waiting("PodInitializing")),
      ],
      containerStatuses: [status("main", waiting("PodInitializing"))],
    }),
    expect: { ready: "0/1", status: "Init:0/2" },
  },
  {
    name: "the second init container waits",
    pod: seen(withInit, {
      phase: "Pending",
      initContainerStatuses: [
        status("i1", ended(0, "Completed")),
        status("i2", waiting("PodInitializing")),
      ],
    }),
    expect: { status: "Init:1/2" },
  },
  {
    name: "an init container in a crash loop; its restarts count while it holds the pod up",
    pod: seen(withInit, {
      phase: "Pending",
      initContainerStatuses: [
        status("i1", waiting("CrashLoopBackOff"), { restartCount: 2, ...died(10) }),
      ],
    }),
    expect: { status: "Init:CrashLoopBackOff", restarts: "2 (10s ago)" },
  },
  {
    name: "an init container failed with a reason",
    pod: seen(withInit, {
      phase: "Failed",
      initContainerStatuses: [status("i1", ended(1, "Error"))],
    }),
    expect: { status: "Init:Error" },
  },
  {
    name: "an init container failed without one",
    pod: seen(withInit, { phase: "Failed", initContainerStatuses: [status("i1", ended(3))] }),
    expect: { status: "Init:ExitCode:3" },
  },
  {
    name: "init containers are through: main containers tell, init restarts are forgotten",
    pod: seen(withInit, {
      phase: "Running",
      initContainerStatuses: [
        status("i1", ended(0, "Completed"), { restartCount: 5, ...died(10) }),
        status("i2", ended(0, "Completed")),
      ],
      containerStatuses: [up("main")],
    }),
    expect: { ready: "1/1", status: "Running", restarts: "0" },
  },
  {
    name: "through with init, but main containers still wait",
    pod: seen(withInit, {
      phase: "Pending",
      initContainerStatuses: [
        status("i1", ended(0, "Completed")),
        status("i2", ended(0, "Completed")),
      ],
      containerStatuses: [status("main", waiting("PodInitializing"))],
    }),
    expect: { status: "PodInitializing" },
  },
  {
    name: "a sidecar counts as a container",
    pod: seen(withSidecar, {
      phase: "Running",
      initContainerStatuses: [
        status("i1", ended(0, "Completed")),
        { ...up("s"), restartCount: 1, ...died(20) },
      ],
      containerStatuses: [up("main")],
    }),
    expect: { ready: "2/2", status: "Running", restarts: "1 (20s ago)" },
  },
  {
    name: "a sidecar that has not started holds the pod up",
    pod: seen(withSidecar, {
      phase: "Pending",
      initContainerStatuses: [
        status("i1", ended(0, "Completed")),
        status("s", running, { started: false }),
      ],
    }),
    expect: { ready: "0/2", status: "Init:1/2" },
  },
  {
    name: "an init container that runs again after the pod was initialized hides nothing",
    pod: seen(withInit, {
      phase: "Running",
      conditions: [condition("Initialized", "True")],
      initContainerStatuses: [status("i1", running)],
      containerStatuses: [up("main")],
    }),
    expect: { ready: "1/1", status: "Init:0/2" },
  },
  {
    name: "refused at admission",
    pod: seen(one, { phase: "Failed", reason: "OutOfcpu" }),
    expect: { status: "OutOfcpu" },
  },
  {
    name: "being deleted",
    pod: seen(one, { phase: "Running", containerStatuses: [up("main")] }, {
      deletionTimestamp: ago(3),
    }),
    expect: { ready: "1/1", status: "Terminating" },
  },
  {
    name: "being deleted, but through",
    pod: seen(one, { phase: "Failed", containerStatuses: [status("main", ended(1, "Error"))] }, {
      deletionTimestamp: ago(3),
    }),
    expect: { status: "Error" },
  },
  {
    name: "age by creation",
    pod: seen(one, { phase: "Running", startTime: ago(5) }, { creationTimestamp: ago(90) }),
    expect: { age: "90s" },
  },
  {
    name: "age by start where no creation is known",
    pod: seen(one, { phase: "Running", startTime: ago(500) }),
    expect: { age: "8m20s" },
  },
  {
    name: "what wide adds",
    pod: seen(
      pod("web").container("a", { image: "x:1" }).container("b", { image: "y" }).spec({
        nodeName: "edge-1",
      }).build(),
      { podIP: "10.1.2.3" },
    ),
    expect: { ip: "10.1.2.3", node: "edge-1", images: "x:1,y" },
  },
];

for (const { name, pod, expect } of cases) {
  Deno.test(`pod summary: ${name}`, () => {
    const summary = summarizePod(pod, now);
    for (const key of Object.keys(expect) as (keyof PodSummary)[]) {
      assert.equal(summary[key], expect[key], key);
    }
  });
}
