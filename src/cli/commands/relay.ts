/** `skerry relay tail`: what passes over the message broker, decoded, for people who debug a site. */
import type { Command } from "commander";
import type { RelayState } from "../../server/control/control_api.ts";
import { CliError, type CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { outputOption } from "../output_option.ts";
import { relayMessageObject, relayMessageText } from "../relay_message_text.ts";
import { printable } from "../printable.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
  readonly output?: "json";
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command.command("tail")
    .summary("follow what passes over the broker")
    .description(
      "Prints each message of the relay from now on: when it passed, which way, its kind, session and number, how it fared, and its body.",
    )
    .addOption(outputOption(["json"]))
    .addOption(socketOption(context))
    .action((options: Options) => followMessages(options, context));
}

async function followMessages(
  { socket, output }: Options,
  { stdout, stderr, signal }: CommandContext,
): Promise<void> {
  using agent = controlClient({ socket, signal });
  const relay = await agent.relay();
  if (relay === null) throw noRelay();
  const note = noteOf(relay);
  if (note !== "") await stderr.write(`${printable(note)}\n`);
  for await (const message of agent.relayMessages()) {
    await stdout.write(
      output === "json"
        ? `${JSON.stringify(relayMessageObject(message))}\n`
        : relayMessageText(message, stdout),
    );
  }
}

function noRelay(): CliError {
  return new CliError("this node has no relay: its configuration names no message broker", {
    hint: "set relay.cluster and relay.brokers in the agent's configuration and restart it",
  });
}

/** Why nothing may be seen for a while; "" where there is no reason. */
function noteOf({ isActive, broker, problem }: RelayState): string {
  if (!isActive) return "Status goes to the API server now; messages pass when that is away.";
  if (broker !== "") return "";
  return `The broker is away${problem === "" ? "" : `: ${problem}`}`;
}
