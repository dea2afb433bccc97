/** `skerry pods`: the pods of this node, as `kubectl get pods` shows them. */
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { type Pod, podKey } from "../../core/k8s.ts";
import type { CommandContext } from "../command.ts";
import { type ControlClient, controlClient } from "../control_client.ts";
import { kubernetesList } from "../kubernetes_list.ts";
import { jsonText, outputOption, yamlText } from "../output_option.ts";
import { podsTable } from "../pods_table.ts";
import { pullLines } from "../pull_lines.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
  readonly namespace?: string;
  readonly output?: "json" | "yaml" | "wide";
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .option("-n, --namespace <namespace>", "only the pods of this namespace")
    .addOption(outputOption(["json", "yaml", "wide"]))
    .addOption(socketOption(context))
    .action((options: Options) => listPods(options, context));
}

async function listPods(options: Options, context: CommandContext): Promise<void> {
  const { stdout } = context;
  using agent = controlClient({ socket: options.socket, signal: context.signal });
  const pods = (await agent.pods())
    .filter(({ metadata }) => metadata.namespace === (options.namespace ?? metadata.namespace))
    .toSorted((a, b) => podKey(a) < podKey(b) ? -1 : 1);
  if (options.output === "json") return await stdout.write(jsonText(podList(pods)));
  if (options.output === "yaml") return await stdout.write(await yamlText(podList(pods)));
  if (pods.length === 0) return await context.stderr.write(`${nothing(options)}\n`);
  const wide = options.output === "wide";
  const now = systemClock().now();
  await stdout.write(podsTable(pods, { now, wide, colors: stdout.colors }));
  if (stdout.isTerminal) await stdout.write(await pulls(agent, pods));
}

function podList(pods: readonly Pod[]): unknown {
  return kubernetesList(pods.map((pod) => ({ apiVersion: "v1", kind: "Pod", ...pod })));
}

function nothing({ namespace }: Options): string {
  const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
  return `No pods${where} on this node.`;
}

/** What the pods that have not started are waiting for. */
async function pulls(agent: ControlClient, pods: readonly Pod[]): Promise<string> {
  if (!pods.some((pod) => pod.status?.phase === "Pending")) return "";
  const lines = pullLines((await agent.status()).pulls);
  return lines === "" ? "" : `\n${lines}`;
}
