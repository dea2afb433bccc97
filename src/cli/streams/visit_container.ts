/** The way from a pod's name to a process's streams, for exec and attach. */
import { withEphemeral } from "../../core/k8s.ts";
import type { StreamChoice } from "../../core/stream/stream_request.ts";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { printable } from "../printable.ts";
import { selectContainer, selectPod } from "../select_pod.ts";
import { brokenOff } from "../unreachable.ts";
import { openStream } from "./open_stream.ts";
import { carryProcess, processProtocols, processQuery } from "./remote_process.ts";

/** The options that exec and attach have in common. */
export interface VisitOptions {
  readonly socket: string;
  readonly namespace?: string;
  readonly container?: string;
}

export interface Visit {
  readonly kind: "exec" | "attach";
  /** As it was typed. */
  readonly pod: string;
  readonly options: VisitOptions;
  /** Of exec. */
  readonly command?: readonly string[];
  /** Which streams, for a process that has a terminal or has none. */
  streams(container: { readonly tty: boolean }): StreamChoice;
}

/** Gives the process's exit code. */
export async function visitContainer(visit: Visit, context: CommandContext): Promise<number> {
  const { kind, options: { socket, namespace, container }, command = [] } = visit;
  const { signal, stderr } = context;
  using agent = controlClient({ socket, signal });
  const query = { text: visit.pod, ...(namespace && { namespace }) };
  const { metadata, spec } = selectPod(await agent.pods(), query);
  const { name, note } = selectContainer({ metadata, spec }, container);
  if (note !== undefined) await stderr.write(`${printable(note)}\n`);
  const tty = withEphemeral(spec).find((each) => each.name === name)?.tty === true;
  const streams = visit.streams({ tty });
  const connection = await openStream({
    kind,
    target: [metadata.namespace, metadata.name, name],
    query: processQuery(streams, command),
    protocols: processProtocols,
  }, { socket, signal });
  try {
    const code = await carryProcess(connection, streams, context);
    signal.throwIfAborted();
    if (code === null) throw brokenOff(socket);
    return code;
  } finally {
    connection.close();
  }
}
