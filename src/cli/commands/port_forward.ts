/** `skerry port-forward`: ports of a pod at ports of this machine, as with `kubectl port-forward`. */
import { type Command, InvalidArgumentError } from "commander";
import { allContainers, type Pod } from "../../core/k8s.ts";
import { CliError, type CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { ExitCode } from "../exit_codes.ts";
import { printable } from "../printable.ts";
import { selectPod } from "../select_pod.ts";
import { socketOption } from "../socket_option.ts";
import { forwardPort, listenLocally } from "../streams/forward_port.ts";

interface Options {
  readonly socket: string;
  readonly namespace?: string;
  readonly address: string;
}

/** A port as it was named; the pod's may be one of its containers' names for it. */
interface NamedPort {
  readonly local: number;
  readonly remote: string;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<pod>", "NAME or NAMESPACE/NAME")
    .argument(
      "<ports...>",
      "LOCAL:REMOTE, PORT for the same on both sides, :REMOTE for any",
      portsOf,
    )
    .option("-n, --namespace <namespace>", "the pod's namespace")
    .option("--address <address>", "where to listen on this machine", "127.0.0.1")
    .addOption(socketOption(context))
    .addHelpText(
      "after",
      "\nREMOTE is a number or the name of a container's port. Goes on until Ctrl-C.",
    )
    .action((pod: string, ports: readonly NamedPort[], options: Options) =>
      forward({ text: pod, ports, options }, context)
    );
}

function portsOf(text: string, before: readonly NamedPort[] = []): readonly NamedPort[] {
  const parts = text.split(":");
  const [local = "", remote = local] = parts;
  const number = parts.length === 2 && local === "" ? 0 : portNumber(local);
  if (parts.length > 2 || number === null || remote === "") {
    throw new InvalidArgumentError("expected LOCAL:REMOTE, PORT or :REMOTE");
  }
  return [...before, { local: number, remote }];
}

function portNumber(text: string): number | null {
  const number = Number(text);
  return /^\d{1,5}$/.test(text) && number >= 1 && number <= 65_535 ? number : null;
}

async function forward(
  { text, ports, options }: {
    readonly text: string;
    readonly ports: readonly NamedPort[];
    readonly options: Options;
  },
  { signal, stdout, stderr }: CommandContext,
): Promise<void> {
  const { socket, namespace, address } = options;
  using agent = controlClient({ socket, signal });
  const pod = selectPod(await agent.pods(), { text, ...(namespace && { namespace }) });
  const forwarded = ports.map(({ local, remote }) => ({ local, remote: remotePort(pod, remote) }));
  using listeners = new DisposableStack();
  const open = forwarded.map((port) => {
    const listener = listenLocally(port, address);
    listeners.defer(() => closeQuietly(listener));
    return { listener, remote: port.remote };
  });
  for (const { listener, remote } of open) {
    await stdout.write(`Forwarding from ${address}:${listener.addr.port} -> ${remote}\n`);
  }
  const onProblem = (problem: string): void => {
    void stderr.write(`skerry: ${printable(problem)}\n`).catch(() => {/* nobody to tell */});
  };
  const about = { pod: [pod.metadata.namespace, pod.metadata.name], socket, signal, onProblem };
  await Promise.all(
    open.map(({ listener, remote }) => forwardPort(listener, { ...about, remote })),
  );
  signal.throwIfAborted();
}

function remotePort({ spec, metadata }: Pod, text: string): number {
  const number = portNumber(text);
  if (number !== null) return number;
  const named = allContainers(spec).flatMap(({ ports = [] }) => ports)
    .find(({ name }) => name === text);
  if (named !== undefined) return named.containerPort;
  throw new CliError(
    `no container of pod ${metadata.namespace}/${metadata.name} has a port "${text}"`,
    {
      exitCode: ExitCode.notFound,
    },
  );
}

function closeQuietly(listener: Deno.TcpListener): void {
  try {
    listener.close();
  } catch {
    // The signal has closed it.
  }
}
