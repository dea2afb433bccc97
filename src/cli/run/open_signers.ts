/** Who signs the node's certificates, as the configuration says: the API server's signers, or a k3s server. */
import type { Access } from "../../adapters/kube/access.ts";
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { nodeKubeconfig } from "../../adapters/kube/node_kubeconfig.ts";
import { k3sNodePaths, readSecret } from "../../adapters/k3s/node_files.ts";
import { connectSupervisor } from "../../adapters/k3s/supervisor.ts";
import { kubeSigners } from "../../agent/certificates/kube_signers.ts";
import type { NodeSigners } from "../../agent/certificates/node_signers.ts";
import { supervisorSigners } from "../../agent/certificates/supervisor_signers.ts";
import { authorizationOf, parseK3sToken } from "../../core/k3s/token.ts";
import { Failed, messageOf, Unavailable } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Configuration } from "../config/configuration.ts";
import { connectByKubeconfig, type KubePorts, USER_AGENT } from "./open_kube.ts";

export interface OpenSigners extends NodeSigners, Disposable {}

interface Ports extends KubePorts {
  readonly kube: KubeApi;
}

type Settings =
  & Pick<Configuration, "nodeName" | "rootDir" | "bootstrapKubeconfig" | "k3sServer">
  & { readonly kubeconfig: string };

/** Asks nobody yet. */
export function openSigners(settings: Settings, ports: Ports): OpenSigners {
  const { k3sServer } = settings;
  return k3sServer === undefined
    ? signersOfApiServer(settings, ports)
    : signersOfK3s({ ...settings, k3sServer }, ports);
}

function signersOfApiServer(
  { nodeName, kubeconfig: path, bootstrapKubeconfig: bootstrapPath }: Settings,
  ports: Ports,
): OpenSigners {
  const bootstrap = bootstrapPath === undefined ? null : connectByKubeconfig(bootstrapPath, ports);
  const kubeconfig = nodeKubeconfig({ path, bootstrapPath, certificatePath: "" });
  return {
    ...kubeSigners({ ...ports, nodeName, bootstrap, kubeconfig }),
    [Symbol.dispose]: () => bootstrap?.close(),
  };
}

function signersOfK3s(
  { nodeName, rootDir, kubeconfig: path, k3sServer: server }: Settings & {
    readonly k3sServer: string;
  },
  { clock, log }: Ports,
): OpenSigners {
  const paths = k3sNodePaths(rootDir);
  const byKubeconfig = kubeconfigAccess({ path, clock, log });
  /** The kubeconfig names the same authority, but may name the API server at another port. */
  async function ownAccess(): Promise<Access> {
    const access = await byKubeconfig.current();
    return { ...access, cluster: { ...access.cluster, server } };
  }
  async function tokenAccess(): Promise<Access> {
    const token = parseK3sToken(await needed(paths.token));
    if (!token.ok) throw new Failed(`${paths.token}: ${token.error}`);
    const authorityPem = await needed(paths.ca);
    return { cluster: { server, authorityPem }, authorization: authorizationOf(token.value) };
  }
  const options = { clock, userAgent: USER_AGENT };
  const own = connectSupervisor({ ...options, access: { current: ownAccess } });
  const byToken = connectSupervisor({ ...options, access: { current: tokenAccess } });
  return {
    ...supervisorSigners({
      nodeName,
      password: () => needed(paths.password),
      own,
      byToken,
      hasToken: async () => await readSecret(paths.token) !== null,
    }),
    [Symbol.dispose]() {
      own[Symbol.dispose]();
      byToken[Symbol.dispose]();
    },
  };
}

async function needed(path: string): Promise<string> {
  try {
    const text = await readSecret(path);
    if (text !== null) return text;
  } catch (error) {
    throw new Unavailable(messageOf(error), { cause: error });
  }
  throw new Failed(`${path} does not exist: let the node join again (skerry join)`);
}
