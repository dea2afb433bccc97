/** `skerry events`: what happened to the pods of this node. */
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import type { RecordedEvent } from "../../core/event.ts";
import { podKey } from "../../core/k8s.ts";
import { findPod } from "../../core/pod/find_pod.ts";
import { CliError, type CommandContext, type Output } from "../command.ts";
import { type ControlClient, controlClient } from "../control_client.ts";
import { eventObject } from "../event_object.ts";
import { eventHeader, eventRow } from "../event_rows.ts";
import { ExitCode } from "../exit_codes.ts";
import { kubernetesList } from "../kubernetes_list.ts";
import { jsonText, outputOption } from "../output_option.ts";
import { socketOption } from "../socket_option.ts";
import { growingTable } from "../table.ts";

interface Options {
  readonly socket: string;
  readonly follow?: true;
  readonly for?: string;
  readonly namespace?: string;
  readonly output?: "json";
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .option("-f, --follow", "go on with what happens from now on")
    .option("--for <pod>", "only of this pod, NAME or NAMESPACE/NAME")
    .option("-n, --namespace <namespace>", "only of pods of this namespace")
    .addOption(outputOption(["json"]))
    .addOption(socketOption(context))
    .action((options: Options) => listEvents(options, context));
}

async function listEvents(options: Options, context: CommandContext): Promise<void> {
  using agent = controlClient({ socket: options.socket, signal: context.signal });
  const wanted = await filterFor(agent, options);
  const kept = await agent.events(0);
  const events = kept.filter(wanted);
  const show = printer(options, context.stdout);
  if (options.follow !== true && events.length === 0 && options.output === undefined) {
    return await context.stderr.write("No events.\n");
  }
  await show(events);
  if (options.follow !== true) return;
  for await (const event of agent.followEvents(kept.at(-1)?.sequence ?? 0)) {
    if (wanted(event)) await show([event]);
  }
}

type Filter = (event: RecordedEvent) => boolean;

/** A pod that is gone has left its events behind, so its name need not be one of a pod that is there. */
async function filterFor(
  agent: ControlClient,
  { namespace, ...options }: Options,
): Promise<Filter> {
  const { for: text } = options;
  if (text === undefined) return (event) => event.namespace === (namespace ?? event.namespace);
  const found = findPod(await agent.pods(), { text, ...(namespace && { namespace }) });
  if (found.ok) return named(podKey(found.value));
  const { kind, message } = found.error;
  if (kind === "Ambiguous") throw new CliError(message, { exitCode: ExitCode.usage });
  const former = (await agent.events(0)).map(eventKey)
    .find((key) => key === text || key === `${namespace ?? key.split("/")[0]}/${text}`);
  if (former !== undefined) return named(former);
  throw new CliError(message, { exitCode: ExitCode.notFound });
}

function named(key: string): Filter {
  return (event) => eventKey(event) === key;
}

function eventKey(event: RecordedEvent): string {
  return podKey({ metadata: event });
}

type Show = (events: readonly RecordedEvent[]) => Promise<void>;

/** For programs a list is one object; a stream has one object a line. */
function printer({ output, follow }: Options, stdout: Output): Show {
  if (output === "json" && follow !== true) {
    return (events) => stdout.write(jsonText(kubernetesList(events.map(eventObject))));
  }
  if (output === "json") {
    const line = (event: RecordedEvent): string => `${JSON.stringify(eventObject(event))}\n`;
    return (events) => stdout.write(events.map(line).join(""));
  }
  const clock = systemClock();
  const table = growingTable(eventHeader, stdout);
  return (events) => stdout.write(table(events.map((event) => eventRow(event, clock.now()))));
}
