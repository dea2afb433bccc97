/** `skerry top`: processor and memory in use now, as `kubectl top` shows them, with no API server and no metrics-server. */
import { type Command, Option } from "commander";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { jsonText, outputOption } from "../output_option.ts";
import { socketOption } from "../socket_option.ts";
import { topNodeTable, type TopOptions, topPodsTable } from "../top_tables.ts";

interface Options extends Partial<TopOptions> {
  readonly socket: string;
  readonly output?: "json";
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command.command("node")
    .summary("show what the node uses")
    .description(
      "Shows how much processor and memory the node uses, and which share of what it has.",
    )
    .addOption(outputOption(["json"]))
    .addOption(socketOption(context))
    .action((options: Options) => topNode(options, context));
  command.command("pods")
    .alias("pod")
    .summary("show what the pods use")
    .description("Shows how much processor and memory the pods that run use.")
    .option("-n, --namespace <namespace>", "only the pods of this namespace")
    .option("--containers", "each container by itself")
    .addOption(new Option("--sort-by <what>", "the most first").choices(["cpu", "memory"]))
    .addOption(outputOption(["json"]))
    .addOption(socketOption(context))
    .action((options: Options) => topPods(options, context));
}

async function topNode({ socket, output }: Options, context: CommandContext): Promise<void> {
  using agent = controlClient({ socket, signal: context.signal });
  const view = await agent.top();
  await context.stdout.write(
    output === "json" ? jsonText(view.summary.node) : topNodeTable(view),
  );
}

async function topPods(options: Options, context: CommandContext): Promise<void> {
  const { socket, output, namespace, containers = false, sortBy } = options;
  using agent = controlClient({ socket, signal: context.signal });
  const { summary } = await agent.top();
  if (output === "json") return await context.stdout.write(jsonText(summary.pods));
  const table = topPodsTable(summary, {
    containers,
    ...(namespace !== undefined && { namespace }),
    ...(sortBy !== undefined && { sortBy }),
  });
  if (table !== "") return await context.stdout.write(table);
  const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
  await context.stderr.write(`No pods run${where} on this node.\n`);
}
