/** What joining a cluster will change on this machine, before anything is changed. */
import { join } from "node:path/posix";
import { orNull } from "../../adapters/linux/or_null.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { diskFiles } from "../config/files.ts";
import type { RunFlags } from "../config/flags.ts";
import { loadConfiguration } from "../config/load.ts";
import { flagSources } from "../config/source.ts";
import { mergePatch, type Tree } from "../config/tree.ts";
import { editedConfiguration } from "./edit_configuration.ts";

/** How the node is to be called and found; under the names that the flags of `run` have. */
export type NodeFlags = Pick<RunFlags, "hostnameOverride" | "nodeIp" | "nodeLabels">;

export interface ConfigurationInput {
  /** Absolute; the file need not be there. */
  readonly configPath: string;
  readonly node: NodeFlags;
  readonly hostname: string;
}

/** A node's configuration file, now or after the change. */
export interface PlannedConfiguration {
  /** "" where there is no file. */
  readonly text: string;
  readonly configuration: Configuration;
}

/** As the file is now, with the node's flags over it. Throws `CliError` for a file or a flag that is wrong. */
export async function presentConfiguration(
  input: ConfigurationInput,
): Promise<PlannedConfiguration> {
  const bytes = await orNull(Deno.readFile(input.configPath));
  const text = bytes === null ? "" : new TextDecoder().decode(bytes);
  return { text, configuration: await configurationOf(text, input) };
}

/** Where the node's kubeconfigs lie, or will lie. */
export interface KubeconfigPaths {
  readonly kubeconfigPath: string;
  readonly bootstrapPath: string;
}

export function kubeconfigPaths(
  { rootDir, kubeconfig, bootstrapKubeconfig }: Configuration,
): KubeconfigPaths {
  return {
    kubeconfigPath: kubeconfig ?? join(rootDir, "kubeconfig"),
    bootstrapPath: bootstrapKubeconfig ?? join(rootDir, "bootstrap.kubeconfig"),
  };
}

/** Where the cluster's authority lies whose clients may come to the node's API, unless the configuration names another file. */
export function clientCaPath({ certificates }: Configuration): string {
  return join(certificates.dir, "ca.crt");
}

/** As the file will be: what the cluster wants where a person has not said it, and what the node needs. */
export async function plannedConfiguration(
  present: PlannedConfiguration,
  { clusterFields, k3sServer, input }: {
    readonly clusterFields: Tree;
    /** Of a k3s cluster, which needs no bootstrap kubeconfig. */
    readonly k3sServer?: string;
    readonly input: ConfigurationInput;
  },
): Promise<PlannedConfiguration> {
  const { kubeconfig, bootstrapKubeconfig } = present.configuration;
  const paths = kubeconfigPaths(present.configuration);
  const authentication = { x509: { clientCAFile: clientCaPath(present.configuration) } };
  const text = editedConfiguration(present.text, [
    { kind: "KubeletConfiguration", defaults: { ...clusterFields, authentication }, values: {} },
    {
      kind: "SkerryConfiguration",
      defaults: {},
      values: {
        ...(kubeconfig === undefined && { kubeconfig: paths.kubeconfigPath }),
        ...(k3sServer !== undefined && { k3sServer }),
        ...(k3sServer === undefined && bootstrapKubeconfig === undefined &&
          { bootstrapKubeconfig: paths.bootstrapPath }),
        ...nodeFields(input.node),
      },
    },
  ]);
  return { text, configuration: await configurationOf(text, input) };
}

function nodeFields(flags: NodeFlags): Tree {
  const { sources } = flagSources(flags, { cwd: "/" });
  return sources.map(({ value }) => value).reduce(mergePatch, {});
}

/** The flags have other names here. */
const NAMES: readonly (readonly [RegExp, string])[] = [[/^--hostname-override:/gm, "--node-name:"]];

async function configurationOf(
  text: string,
  { configPath, node, hostname }: ConfigurationInput,
): Promise<Configuration> {
  const bytes = text === "" ? null : new TextEncoder().encode(text);
  const flags = { ...node, ...(bytes !== null && { config: configPath }) };
  const files = { ...diskFiles, readFile: () => Promise.resolve(bytes) };
  try {
    return await loadConfiguration({ flags, hostname, cwd: "/", files });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const message = NAMES.reduce((all, [from, to]) => all.replace(from, to), error.message);
    throw new CliError(message, { exitCode: error.exitCode });
  }
}
