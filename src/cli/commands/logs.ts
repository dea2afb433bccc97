/** `skerry logs`: what a container wrote, with the options of `kubectl logs`. */
import { type Command, Option } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import type { Instant } from "../../core/instant.ts";
import type { Pod } from "../../core/k8s.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { positiveDuration, timeValue, wholeNumber } from "../option_values.ts";
import { printable } from "../printable.ts";
import { selectContainer, selectPod } from "../select_pod.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
  readonly namespace?: string;
  readonly container?: string;
  readonly follow?: true;
  readonly previous?: true;
  /** -1 means all. */
  readonly tail?: number;
  /** Milliseconds. */
  readonly since?: number;
  readonly sinceTime?: Instant;
  readonly timestamps?: true;
  readonly limitBytes?: number;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<pod>", "NAME or NAMESPACE/NAME")
    .option("-n, --namespace <namespace>", "the pod's namespace")
    .option("-c, --container <name>", "the container; without it the pod's first or default one")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-p, --previous", "of the run before the last restart")
    .option("--tail <lines>", "only the last lines; -1 for all", wholeNumber(-1))
    .option("--since <duration>", "only what is newer, such as 5m or 2h", positiveDuration)
    .addOption(
      new Option("--since-time <time>", "only what is newer than a time in RFC 3339")
        .argParser(timeValue).conflicts("since"),
    )
    .option("--timestamps", "put its time in front of each line")
    .option("--limit-bytes <bytes>", "stop after so many bytes", wholeNumber(1))
    .addOption(socketOption(context))
    .action((pod: string, options: Options) => printLog({ text: pod, options }, context));
}

/** What the container wrote goes out byte by byte as it is: its colours are wanted. */
async function printLog(
  { text, options }: { readonly text: string; readonly options: Options },
  { stdout, stderr, signal }: CommandContext,
): Promise<void> {
  using agent = controlClient({ socket: options.socket, signal });
  const { namespace } = options;
  const pod = selectPod(await agent.pods(), { text, ...(namespace && { namespace }) });
  const { name, note } = selectContainer(pod, options.container);
  const pieces = await agent.logs(logRequest(pod, { ...options, container: name }));
  if (note !== undefined) await stderr.write(`${printable(note)}\n`);
  for await (const piece of pieces) await stdout.write(piece);
}

function logRequest(
  { metadata: { namespace, name } }: Pod,
  options: Options & { readonly container: string },
): PodLogRequest {
  const { container, tail = -1, limitBytes } = options;
  const since = startOf(options);
  return {
    namespace,
    name,
    container,
    follow: options.follow === true,
    previous: options.previous === true,
    timestamps: options.timestamps === true,
    ...(tail < 0 ? {} : { tailLines: tail }),
    ...(since === undefined ? {} : { since }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}

function startOf({ since, sinceTime }: Options): Instant | undefined {
  return since === undefined ? sinceTime : systemClock().now() - since;
}
