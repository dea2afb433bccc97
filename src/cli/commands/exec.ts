/** `skerry exec`: a command in a container, with the options of `kubectl exec`. */
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { socketOption } from "../socket_option.ts";
import { visitContainer, type VisitOptions } from "../streams/visit_container.ts";

interface Options extends VisitOptions {
  readonly stdin?: true;
  readonly tty?: true;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<pod>", "NAME or NAMESPACE/NAME")
    .argument("<command...>", "the command and its arguments, behind --")
    .option("-n, --namespace <namespace>", "the pod's namespace")
    .option("-c, --container <name>", "the container; without it the pod's first or default one")
    .option("-i, --stdin", "give what is typed or piped in to the command")
    .option("-t, --tty", "give the command a terminal")
    .addOption(socketOption(context))
    .addHelpText(
      "after",
      "\nEnds with the command's own exit code. For a shell: skerry exec -it POD -- sh",
    )
    .action((pod: string, command: readonly string[], options: Options) =>
      exec({ pod, command, options }, context)
    );
}

async function exec(
  { pod, command, options }: {
    readonly pod: string;
    readonly command: readonly string[];
    readonly options: Options;
  },
  context: CommandContext,
): Promise<void> {
  const { stdin, stderr } = context;
  const tty = options.tty === true && (options.stdin !== true || stdin.isTerminal);
  if (options.tty && !tty) await stderr.write("stdin is no terminal, so the command gets none\n");
  const streams = { stdin: options.stdin === true, stdout: true, stderr: !tty, tty };
  const visit = { kind: "exec", pod, command, options, streams: () => streams } as const;
  const code = await visitContainer(visit, context);
  if (code !== 0) await stderr.write(`command terminated with exit code ${code}\n`);
  context.setExitCode(code);
}
