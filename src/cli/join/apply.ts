/** Carries out what was planned: the credential, the configuration, the service. What fails is taken back. */
import { dirname } from "node:path/posix";
import { tokenText } from "../../core/kube/bootstrap_token.ts";
import type { ClusterInfo } from "../../core/kube/cluster_info.ts";
import { kubeconfigText } from "../../core/kube/kubeconfig_text.ts";
import { messageOf } from "../../ports/errors.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import type { Configuration } from "../config/configuration.ts";
import { clientCaPath } from "./plan.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import type { JoinRequest } from "./request.ts";
import { changeFile, createUndo, setAside, type Undo } from "./undo.ts";

type Say = (line: string) => Promise<void>;

/** Runs the steps; when one of them throws, all of them are taken back and it throws on. */
export async function orUndone(
  steps: (undo: Undo) => Promise<void>,
  { say }: { readonly say: Say },
): Promise<void> {
  const undo = createUndo();
  try {
    await steps(undo);
  } catch (error) {
    for (const failure of await undo.run()) {
      await say(`Could not take everything back: ${messageOf(failure)}`);
    }
    throw error;
  }
  await undo.settle();
}

/** A former kubeconfig and certificate make way: they are no good, or the node would not be joining. */
export async function writeCredential(
  { info, token }: { readonly info: ClusterInfo; readonly token: JoinRequest["token"] },
  { kubeconfigPath, bootstrapPath, certificatePath, undo }: {
    readonly kubeconfigPath: string;
    readonly bootstrapPath: string;
    readonly certificatePath: string;
    readonly undo: Undo;
  },
): Promise<void> {
  const authority = { kind: "text", text: info.certificateAuthority } as const;
  const content = kubeconfigText({
    cluster: { server: info.server, authority, proxyUrl: undefined },
    user: { token: tokenText(token) },
  });
  await setAside(kubeconfigPath, { undo });
  await setAside(certificatePath, { undo });
  await changeFile(bootstrapPath, { content, mode: 0o600, undo });
}

/** So that the API server may come to the node's own API; a file of somebody else's is left alone. */
export async function writeClientCa(
  { certificateAuthority }: Pick<ClusterInfo, "certificateAuthority">,
  { configuration, undo }: { readonly configuration: Configuration; readonly undo: Undo },
): Promise<void> {
  const path = clientCaPath(configuration);
  if (configuration.server?.auth.clientCaFile !== path) return;
  if (await orNull(Deno.readTextFile(path)) === certificateAuthority) return;
  // Keys will lie beside it.
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await changeFile(path, { content: certificateAuthority, mode: 0o644, undo });
}

/** Does nothing where the text is the same. */
export async function writeConfiguration(
  path: string,
  { before, after, undo, say }: {
    readonly before: string;
    readonly after: string;
    readonly undo: Undo;
    readonly say: Say;
  },
): Promise<void> {
  if (before === after) return;
  await changeFile(path, { content: after, mode: 0o644, undo });
  await say(`Wrote ${path}`);
}

/**
 * A service that runs is restarted where something has changed. When it is taken back, the service is left as it was: so this is
 * to be called before the files are changed, for it to come last then; `start` starts it.
 */
export async function serviceStep(
  service: ServiceControl,
  { undo }: { readonly undo: Undo },
): Promise<{ start(change: { readonly isChanged: boolean }): Promise<void> }> {
  const [wasEnabled, state] = [await service.isEnabled(), await service.state()];
  let touched = false;
  undo.push({
    async back() {
      if (!touched) return;
      if (!wasEnabled) await service.enable({ enabled: false });
      if (state === "active") await service.restart();
      else await service.stop();
    },
  });
  return {
    async start({ isChanged }) {
      touched = isChanged || !wasEnabled || state !== "active";
      if (!wasEnabled) await service.enable({ enabled: true });
      if (isChanged || state !== "active") await service.restart();
    },
  };
}

/** For a machine on which nothing runs services. */
export function howToStart(configPath: string): string {
  const flag = configPath === DEFAULT_CONFIG_FILE ? "" : ` --config ${configPath}`;
  return `Start the agent, or start it anew: skerry run${flag}`;
}
