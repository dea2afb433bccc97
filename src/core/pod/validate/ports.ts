/** Checks the ports of containers, one by one and against each other. */
import type { Container, ContainerPort, PodSpec } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { ipAddress, portName, portNumber } from "./names.ts";
import { allInvalid, duplicate, type FieldProblem, invalid, oneOf, required } from "./problem.ts";

const protocols = ["SCTP", "TCP", "UDP"];

/** A container's own ports. */
export function portProblems(
  path: YamlPath,
  ports: readonly ContainerPort[],
): readonly FieldProblem[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = (field: string): YamlPath => [...path, index, field];
    const isRepeated = port.name !== undefined && names.has(port.name);
    if (port.name !== undefined) names.add(port.name);
    return [
      ...(port.name ? nameProblems(at("name"), { name: port.name, isRepeated }) : []),
      ...numberProblems(port, at),
      ...allInvalid(at("hostIP"), {
        value: port.hostIP ?? "",
        details: port.hostIP ? ipAddress(port.hostIP) : [],
      }),
      ...oneOf(at("protocol"), { value: port.protocol, supported: protocols }),
    ];
  });
}

function nameProblems(
  path: YamlPath,
  { name, isRepeated }: { readonly name: string; readonly isRepeated: boolean },
): readonly FieldProblem[] {
  const details = portName(name);
  if (details.length > 0) return allInvalid(path, { value: name, details });
  return isRepeated ? [duplicate(path, name)] : [];
}

function numberProblems(
  { containerPort, hostPort = 0 }: ContainerPort,
  at: (field: string) => YamlPath,
): readonly FieldProblem[] {
  return [
    ...(containerPort === 0 ? [required(at("containerPort"))] : allInvalid(at("containerPort"), {
      value: containerPort,
      details: portNumber(containerPort),
    })),
    ...(hostPort === 0 ? [] : allInvalid(at("hostPort"), {
      value: hostPort,
      details: portNumber(hostPort),
    })),
  ];
}

/** What only shows when all main containers are looked at: two of them wanting one port of the host. */
export function hostPortProblems(
  path: YamlPath,
  containers: readonly Container[],
): readonly FieldProblem[] {
  const taken = new Set<string>();
  return placedPorts(path, containers).flatMap(({ at, port }) => {
    if (!port.hostPort) return [];
    const key = `${port.protocol}/${port.hostIP ?? ""}/${port.hostPort}`;
    if (taken.has(key)) return [duplicate([...at, "hostPort"], key)];
    taken.add(key);
    return [];
  });
}

/** On the host's network a container's port is the host's own. */
export function hostNetworkProblems(
  path: YamlPath,
  { containers, hostNetwork }: {
    readonly containers: readonly Container[];
    readonly hostNetwork: PodSpec["hostNetwork"];
  },
): readonly FieldProblem[] {
  if (hostNetwork !== true) return [];
  const detail = "must match `hostPort` when `hostNetwork` is true";
  return placedPorts(path, containers)
    .filter(({ port }) => port.hostPort !== port.containerPort)
    .map(({ at, port }) =>
      invalid([...at, "containerPort"], { value: port.containerPort, detail })
    );
}

function placedPorts(
  path: YamlPath,
  containers: readonly Container[],
): readonly { readonly at: YamlPath; readonly port: ContainerPort }[] {
  return containers.flatMap(({ ports = [] }, container) =>
    ports.map((port, index) => ({ at: [...path, container, "ports", index], port }))
  );
}
