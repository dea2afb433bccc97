/** `skerry bridge`: writes for nodes that reach only the message broker. */
import type { Command } from "commander";
import { addBridgeFlags, type BridgeFlags } from "../bridge/options.ts";
import { runBridge } from "../bridge/run_bridge.ts";
import type { CommandContext } from "../command.ts";

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  addBridgeFlags(command).action((flags: BridgeFlags) => runBridge(flags, context));
}
