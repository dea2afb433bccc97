/** The node's kubeconfig and the bootstrap one, as files. */
import { dirname } from "node:path/posix";
import type { Content, Kubeconfig, KubeconfigCluster } from "../../core/kube/kubeconfig.ts";
import { kubeconfigText } from "../../core/kube/kubeconfig_text.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import type { KubeconfigCredential, NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import { writeDurably } from "../linux/durable_file.ts";
import { guarded } from "../linux/guarded.ts";
import { orNull } from "../linux/or_null.ts";
import { pairOf } from "../x509/pair_text.ts";
import { readContents } from "./kubeconfig_contents.ts";
import { readKubeconfig } from "./kubeconfig_file.ts";

/** Paths are absolute. */
export interface NodeKubeconfigPaths {
  readonly path: string;
  readonly bootstrapPath: string | undefined;
  /** Where the agent keeps the node's certificate with its key. */
  readonly certificatePath: string;
}

export function nodeKubeconfig(paths: NodeKubeconfigPaths): NodeKubeconfig {
  const { path, bootstrapPath, certificatePath } = paths;

  async function read(): Promise<KubeconfigCredential> {
    try {
      return await credentialOf(await readKubeconfig(path), paths);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return { kind: "None", why: messageOf(error) };
    }
  }

  async function useOwnCertificate(): Promise<void> {
    const there = await orProblem(readKubeconfig(path));
    const isKubeconfig = !(there instanceof PortError);
    if (isKubeconfig && namesOwn(there, certificatePath)) return;
    const source = bootstrapPath !== undefined && await hasBootstrap() ? bootstrapPath : path;
    const { cluster } = await readKubeconfig(source);
    await write(cluster);
  }

  async function write(cluster: KubeconfigCluster): Promise<void> {
    const content = kubeconfigText({ cluster, user: { certificatePath } });
    await guarded(`write ${path}`, async () => {
      await Deno.mkdir(dirname(path), { recursive: true, mode: 0o755 });
      await writeDurably(path, { content, mode: 0o600 });
    });
  }

  async function hasBootstrap(): Promise<boolean> {
    return bootstrapPath !== undefined && await orNull(Deno.stat(bootstrapPath)) !== null;
  }

  return { read, hasBootstrap, useOwnCertificate };
}

async function orProblem<T>(call: Promise<T>): Promise<T | PortError> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
}

async function credentialOf(
  kubeconfig: Kubeconfig,
  { path, certificatePath }: NodeKubeconfigPaths,
): Promise<KubeconfigCredential> {
  const { certificate, token, login, exec } = kubeconfig.user;
  if (certificate === undefined) {
    const isOther = [token, login, exec].some((each) => each !== undefined);
    return isOther ? { kind: "Other" } : { kind: "None", why: `${path} names no credential` };
  }
  const texts = await readContents([certificate.certificate, certificate.key]);
  const [certificateText = "", keyText = ""] = texts;
  const pair = pairOf({ certificateText, keyText, from: path });
  return { kind: "Certificate", pair, isOwn: namesOwn(kubeconfig, certificatePath) };
}

function namesOwn({ user: { certificate } }: Kubeconfig, path: string): boolean {
  const leads = (content: Content | undefined): boolean =>
    content?.kind === "file" && content.path === path;
  return leads(certificate?.certificate) && leads(certificate?.key);
}
