/** Sandboxes as CRI tells of them, in the agent's words. */
import type { NamespaceMode, Sandbox, SandboxMetadata } from "../../core/cri/types.ts";
import { NamespaceMode as WireMode } from "./gen/runtime/v1/common.ts";
import {
  type PodSandbox,
  PodSandboxState,
  type PodSandboxStatus,
} from "./gen/runtime/v1/sandbox.ts";
import type { PodSandboxMetadata } from "./gen/runtime/v1/sandbox_config.ts";
import { instantOf } from "./time.ts";

/** A sandbox of a list: addresses and namespaces are not told. */
export function listedSandbox(sandbox: PodSandbox): Sandbox {
  return { ...common(sandbox), ips: [] };
}

/** One sandbox with its addresses, the primary one first. */
export function sandboxOfStatus(status: PodSandboxStatus): Sandbox {
  const { ip = "", additionalIps = [] } = status.network ?? {};
  const network = status.linux?.namespaces?.options?.network;
  return {
    ...common(status),
    ips: [ip, ...additionalIps.map((more) => more.ip)].filter((address) => address !== ""),
    ...(network !== undefined && { network: modes[network] }),
  };
}

const modes: Readonly<Record<WireMode, NamespaceMode>> = {
  [WireMode.POD]: "Pod",
  [WireMode.CONTAINER]: "Container",
  [WireMode.NODE]: "Node",
  [WireMode.TARGET]: "Target",
};

function common(sandbox: PodSandbox | PodSandboxStatus): Omit<Sandbox, "ips"> {
  return {
    id: sandbox.id,
    metadata: metadataOf(sandbox.metadata),
    state: sandbox.state === PodSandboxState.SANDBOX_READY ? "Ready" : "NotReady",
    createdAt: instantOf(sandbox.createdAt),
    labels: sandbox.labels,
    annotations: sandbox.annotations,
  };
}

function metadataOf(metadata: PodSandboxMetadata | undefined): SandboxMetadata {
  return metadata ?? { name: "", namespace: "", uid: "", attempt: 0 };
}
