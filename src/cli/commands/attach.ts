/** `skerry attach`: the streams of a container's own process, with the options of `kubectl attach`. */
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { socketOption } from "../socket_option.ts";
import { visitContainer, type VisitOptions } from "../streams/visit_container.ts";

interface Options extends VisitOptions {
  readonly stdin?: true;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<pod>", "NAME or NAMESPACE/NAME")
    .option("-n, --namespace <namespace>", "the pod's namespace")
    .option("-c, --container <name>", "the container; without it the pod's first or default one")
    .option("-i, --stdin", "give what is typed or piped in to the process, if its pod has `stdin`")
    .addOption(socketOption(context))
    .addHelpText(
      "after",
      "\nA container with `tty` has its terminal here. Ctrl-C lets go of others.",
    )
    .action((pod: string, options: Options) => attach({ pod, options }, context));
}

async function attach(
  { pod, options }: { readonly pod: string; readonly options: Options },
  context: CommandContext,
): Promise<void> {
  const stdin = options.stdin === true;
  const code = await visitContainer({
    kind: "attach",
    pod,
    options,
    streams: ({ tty }) => ({ stdin, stdout: true, stderr: !tty, tty }),
  }, context);
  context.setExitCode(code);
}
