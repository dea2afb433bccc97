/** What `/metrics/cadvisor` tells of: the machine, the cgroups that pods lie in, pods, sandboxes and containers. */
import type { Instant } from "../instant.ts";
import type { LabelSet } from "../metrics/exposition.ts";
import type { InterfaceUse } from "./network_devices.ts";
import type { CgroupSample, NodeSample, PodSample } from "./sample.ts";

export interface CadvisorSubject {
  readonly labels: LabelSet;
  readonly cgroup: CgroupSample;
  /** Null where it is not known. */
  readonly createdAt: Instant | null;
  readonly startedAt: Instant | null;
  /** Only of the machine and of sandboxes, which hold their pods' networks. */
  readonly interfaces: readonly InterfaceUse[];
}

/** Those that are gone are left out. */
export function cadvisorSubjects(sample: NodeSample): readonly CadvisorSubject[] {
  const { root, bootedAt, network, system, classes, pods } = sample;
  const machine: CadvisorSubject = {
    labels: labels("/"),
    cgroup: root,
    createdAt: bootedAt,
    startedAt: bootedAt,
    interfaces: network?.interfaces ?? [],
  };
  return [
    machine,
    ...system.filter(({ cgroup }) => cgroup.path !== "/").map(({ cgroup, startedAt }) =>
      subject(labels(cgroup.path), cgroup, startedAt)
    ),
    ...classes.map((cgroup) => subject(labels(cgroup.path), cgroup, null)),
    ...pods.flatMap(podSubjects),
  ];
}

function podSubjects(pod: PodSample): readonly CadvisorSubject[] {
  const { namespace, name, createdAt, cgroup, sandbox, containers, network } = pod;
  const own = { namespace, pod: name };
  const pods = cgroup === null ? [] : [subject(labels(cgroup.path, own), cgroup, createdAt)];
  const sandboxes = sandbox?.cgroup ? [sandbox.cgroup] : [];
  return [
    ...pods,
    ...sandboxes.map((each) => ({
      ...subject(labels(each.path, { ...own, name: sandbox?.id ?? "" }), each, createdAt),
      interfaces: network?.interfaces ?? [],
    })),
    ...containers.flatMap((container) => {
      if (container.cgroup === null) return [];
      const { id, image, name: inPod, startedAt } = container;
      const about = labels(container.cgroup.path, { ...own, container: inPod, image, name: id });
      return [{ ...subject(about, container.cgroup, container.createdAt), startedAt }];
    }),
  ];
}

function subject(
  about: LabelSet,
  cgroup: CgroupSample,
  createdAt: Instant | null,
): CadvisorSubject {
  return { labels: about, cgroup, createdAt, startedAt: createdAt, interfaces: [] };
}

/** Every sample has all of these; what does not apply is empty. */
function labels(id: string, known: LabelSet = {}): LabelSet {
  return { container: "", id, image: "", name: "", namespace: "", pod: "", ...known };
}
