/** Reads the configuration: flags over drop-ins over the file over defaults, checked as a whole. */
import { CliError } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";
import type { Configuration } from "./configuration.ts";
import { type ConfigurationFiles, diskFiles } from "./files.ts";
import type { RunFlags } from "./flags.ts";
import { ignoredFields } from "./ignored_fields.ts";
import { KUBELET_KIND, SKERRY_KIND } from "./kinds.ts";
import { nodeIdentity } from "./node_identity.ts";
import { readDocuments } from "./read_documents.ts";
import { resolveKind } from "./resolve.ts";
import { flagSources, type Problem, type Source } from "./source.ts";
import { toConfiguration } from "./to_configuration.ts";

export interface LoadInput {
  readonly flags: RunFlags;
  /** The machine's host name, for where no other is given. */
  readonly hostname: string;
  /** The working directory, which relative paths in flags start from. */
  readonly cwd: string;
  readonly files?: ConfigurationFiles;
}

/**
 * Gives the configuration of `skerry run`. Throws `CliError` with `ExitCode.configuration` whose message lists every
 * problem, each on a line with its file, line and column or its flag.
 */
export async function loadConfiguration(input: LoadInput): Promise<Configuration> {
  const { flags, hostname, cwd, files = diskFiles } = input;
  const documents = await readDocuments({ flags, files, cwd });
  const given = flagSources(flags, { cwd });
  const sources = [...documents.sources, ...given.sources];
  const kubelet = resolveKind(KUBELET_KIND, sources);
  const skerry = resolveKind(SKERRY_KIND, sources);
  const identity = nodeIdentity(skerry.settings, { hostname });
  refuse([documents, given, kubelet, skerry, identity].flatMap(({ problems }) => problems));
  return {
    nodeName: identity.nodeName,
    nodeIps: identity.nodeIps,
    ...toConfiguration({ kubelet: kubelet.settings, skerry: skerry.settings }),
    warnings: ignoredWarning(kubelet.sources),
    effective: { kubelet: kubelet.settings, skerry: skerry.settings },
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  const byPlace = new Intl.Collator("en", { numeric: true }).compare;
  const lines = [`the configuration has ${count}:`, ...problems.toSorted(byPlace)];
  throw new CliError(lines.join("\n"), { exitCode: ExitCode.configuration });
}

function ignoredWarning(sources: readonly Source[]): readonly string[] {
  const fields = sources.flatMap((source) => ignoredFields(source, KUBELET_KIND.schema));
  if (fields.length === 0) return [];
  return [`Fields of the configuration that are not acted on yet: ${fields.join(", ")}`];
}
