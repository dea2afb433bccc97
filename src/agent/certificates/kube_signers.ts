/** The API server as the signer of the node's certificates: by requests that somebody approves. */
import { nodeTemplate } from "../../core/kube/certificate_request.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import { kubeSigner } from "./certificate_request.ts";
import type { NodeSigners } from "./node_signers.ts";

export function kubeSigners(
  { nodeName, kube, bootstrap, kubeconfig, clock }: {
    readonly nodeName: string;
    /** The API server with the kubeconfig's credential. */
    readonly kube: KubeApi;
    /** The API server with the bootstrap kubeconfig's credential; null: none is configured. */
    readonly bootstrap: KubeApi | null;
    readonly kubeconfig: Pick<NodeKubeconfig, "hasBootstrap">;
    readonly clock: Clock;
  },
): NodeSigners {
  const signer = kubeSigner({ api: kube, clock });
  const remedy = "let the node join again (skerry join)";
  const serving = [{ credential: "the node's credential", signer, remedy }];
  return {
    own: { credential: "the node's certificate", signer, remedy },
    fallback: bootstrap && {
      credential: "the bootstrap credential",
      signer: kubeSigner({ api: bootstrap, clock }),
      remedy: "a token may have expired (kubeadm token create --print-join-command); its group " +
        "needs the cluster role system:node-bootstrapper",
      isThere: kubeconfig.hasBootstrap,
    },
    rejoinWith: "a new token: kubeadm token create --print-join-command",
    serving: () => Promise.resolve(serving),
    servingTemplate: (names) => nodeTemplate({ nodeName, ...names }),
  };
}
