/** The table of commands: the module of a command is loaded when that command is called, and not before. */
import type { ConfigureCommand } from "./command.ts";

/** One command. */
export interface CommandEntry {
  readonly name: string;
  /** One line for `skerry --help`. */
  readonly summary: string;
  load(): Promise<{ readonly configure: ConfigureCommand }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "run the pods of this node (the agent)",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "pods",
    summary: "list the pods of this node",
    load: () => import("./commands/pods.ts"),
  },
  {
    name: "logs",
    summary: "print what a container wrote",
    load: () => import("./commands/logs.ts"),
  },
  {
    name: "exec",
    summary: "run a command in a container",
    load: () => import("./commands/exec.ts"),
  },
  {
    name: "attach",
    summary: "follow what a container's process says, and talk to it",
    load: () => import("./commands/attach.ts"),
  },
  {
    name: "port-forward",
    summary: "reach ports of a pod at ports of this machine",
    load: () => import("./commands/port_forward.ts"),
  },
  {
    name: "events",
    summary: "list what happened to the pods",
    load: () => import("./commands/events.ts"),
  },
  {
    name: "status",
    summary: "show the state of the agent, its runtime and its manifests",
    load: () => import("./commands/status.ts"),
  },
  {
    name: "top",
    summary: "show how much processor and memory the node and its pods use",
    load: () => import("./commands/top.ts"),
  },
  {
    name: "check",
    summary: "find what keeps pods from running on this machine, and how to fix it",
    load: () => import("./commands/check.ts"),
  },
  {
    name: "join",
    summary: "make this machine a node of a cluster",
    load: () => import("./commands/join.ts"),
  },
  {
    name: "leave",
    summary: "undo a join",
    load: () => import("./commands/leave.ts"),
  },
  {
    name: "images",
    summary: "bring images to this node without a registry",
    load: () => import("./commands/images.ts"),
  },
  {
    name: "confirm-deletions",
    summary: "end the pods that a doubtful API server does not show any more",
    load: () => import("./commands/confirm_deletions.ts"),
  },
  {
    name: "rotate-key",
    summary: "seal Secrets and tokens in the local store with a new key",
    load: () => import("./commands/rotate_key.ts"),
  },
  {
    name: "relay",
    summary: "follow what passes over the message broker",
    load: () => import("./commands/relay.ts"),
  },
  {
    name: "bridge",
    summary: "write for nodes that reach only the message broker (at the cluster's end)",
    load: () => import("./commands/bridge.ts"),
  },
  {
    name: "version",
    summary: "print the version",
    load: () => import("./commands/version.ts"),
  },
];
