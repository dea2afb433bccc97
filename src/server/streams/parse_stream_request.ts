/** What a path and a query of the kubelet's API ask for on streams. */
import type { StreamChoice, StreamRequest } from "../../core/stream/stream_request.ts";

export type ParsedStreamRequest =
  | { readonly kind: "Asked"; readonly request: StreamRequest }
  /** With the kubelet's status and words. */
  | { readonly kind: "Refused"; readonly status: 400 | 404; readonly text: string };

export interface StreamPath {
  /** Decoded and clean. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A WebSocket client names the ports of a port-forward beforehand. */
  readonly isWebSocket: boolean;
}

/**
 * | path | query |
 * |---|---|
 * | /exec/NAMESPACE/POD[/UID]/CONTAINER | `command` for each word, `input`, `output`, `error`, `tty`: 1 |
 * | /attach/NAMESPACE/POD[/UID]/CONTAINER | the same without `command` |
 * | /portForward/NAMESPACE/POD[/UID] | `port`, of WebSocket clients |
 *
 * @see pkg/kubelet/server/server.go, InstallDebuggingHandlers
 */
export function parseStreamRequest(asked: StreamPath): ParsedStreamRequest {
  const [, kind = "", namespace = "", pod = "", ...rest] = asked.path.split("/");
  if (namespace === "" || pod === "" || rest.includes("")) return unknownPath;
  switch (kind) {
    case "exec":
    case "attach": {
      const container = rest.at(-1);
      if (container === undefined || rest.length > 2) return unknownPath;
      const target = { namespace, pod, container, ...uidOf(rest.slice(0, -1)) };
      return processRequest(kind, { target, query: asked.query });
    }
    case "portForward":
      if (rest.length > 1) return unknownPath;
      return portForwardRequest({ namespace, pod, ...uidOf(rest) }, asked);
    default:
      return unknownPath;
  }
}

const unknownPath: ParsedStreamRequest = {
  kind: "Refused",
  status: 404,
  text: "404: Page Not Found",
};

function uidOf([uid]: readonly string[]): { readonly uid?: string } {
  return uid === undefined ? {} : { uid };
}

function refused(text: string): ParsedStreamRequest {
  return { kind: "Refused", status: 400, text };
}

type ProcessTarget = Extract<StreamRequest, { readonly kind: "attach" }>["target"];

function processRequest(
  kind: "exec" | "attach",
  { target, query }: { readonly target: ProcessTarget; readonly query: URLSearchParams },
): ParsedStreamRequest {
  const streams = streamChoice(query);
  const { stdin, stdout, stderr } = streams;
  if (!stdin && !stdout && !stderr) {
    return refused("you must specify at least 1 of stdin, stdout, stderr");
  }
  const command = query.getAll("command");
  const request: StreamRequest = kind === "exec"
    ? { kind, target, command, streams }
    : { kind, target, streams };
  return { kind: "Asked", request };
}

/** On a terminal both outputs are one. */
function streamChoice(query: URLSearchParams): StreamChoice {
  const isOn = (name: string): boolean => query.get(name) === "1";
  const tty = isOn("tty");
  return {
    stdin: isOn("input"),
    stdout: isOn("output"),
    stderr: isOn("error") && !tty,
    tty,
  };
}

type PortForwardTarget = Extract<StreamRequest, { readonly kind: "portForward" }>["target"];

/** Others name their ports on each stream. */
function portForwardRequest(
  target: PortForwardTarget,
  { query, isWebSocket }: StreamPath,
): ParsedStreamRequest {
  if (!isWebSocket) return { kind: "Asked", request: { kind: "portForward", target } };
  const lists = query.getAll("port");
  if (lists.length === 0) return refused('query parameter "port" is required');
  if (lists.includes("")) return refused('query parameter "port" cannot be empty');
  const ports: number[] = [];
  for (const list of lists) {
    for (const text of list.split(",")) {
      if (!/^\d+$/.test(text) || Number(text) > 65_535) {
        return refused(`unable to parse "${list}" as a port: ${whyNotPort(text)}`);
      }
      if (Number(text) < 1) return refused(`port "${list}" must be > 0`);
      ports.push(Number(text));
    }
  }
  return { kind: "Asked", request: { kind: "portForward", target, ports } };
}

function whyNotPort(text: string): string {
  const reason = /^\d+$/.test(text) ? "value out of range" : "invalid syntax";
  return `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${reason}`;
}
