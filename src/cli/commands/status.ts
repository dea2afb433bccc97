/** `skerry status`: how the agent, its runtime and its sources of pods are doing. */
import type { Command } from "commander";
import { rfc3339 } from "../../core/instant.ts";
import type { StatusView } from "../../server/control/control_api.ts";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { jsonText, outputOption } from "../output_option.ts";
import { socketOption } from "../socket_option.ts";
import { statusText } from "../status_text.ts";

interface Options {
  readonly socket: string;
  readonly output?: "json";
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .addOption(outputOption(["json"]))
    .addOption(socketOption(context))
    .action((options: Options) => showStatus(options, context));
}

async function showStatus(
  { socket, output }: Options,
  { stdout, signal }: CommandContext,
): Promise<void> {
  using agent = controlClient({ socket, signal });
  const view = await agent.status();
  const text = output === "json"
    ? jsonText(withTimes(view))
    : statusText(view, { now: view.clock.now, colors: stdout.colors });
  await stdout.write(text);
}

function problemWithTime({ problem }: StatusView["store"]): unknown {
  return problem && { ...problem, since: rfc3339(problem.since) };
}

/** For programs times are texts, as everywhere in Kubernetes. */
function withTimes(view: StatusView): unknown {
  return {
    ...view,
    startedAt: rfc3339(view.startedAt),
    clock: {
      ...view.clock,
      now: rfc3339(view.clock.now),
      machine: rfc3339(view.clock.machine),
    },
    certificates: view.certificates.map((certificate) => ({
      ...certificate,
      expiresAt: certificate.expiresAt === null ? null : rfc3339(certificate.expiresAt),
    })),
    heldDeletions: view.heldDeletions &&
      { ...view.heldDeletions, since: rfc3339(view.heldDeletions.since) },
    store: { ...view.store, problem: problemWithTime(view.store) },
    pulls: view.pulls.map((pull) => ({ ...pull, startedAt: rfc3339(pull.startedAt) })),
  };
}
