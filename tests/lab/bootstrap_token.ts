/** A bootstrap token of a lab's cluster, and the rights and the ConfigMap that kubeadm would make for it. */
import { kubeconfig } from "./cluster_pki.ts";

/** By which a node without a certificate may ask for one. */
export interface BootstrapToken {
  /** `ID.SECRET`. */
  readonly token: string;
  /** Path of a kubeconfig that holds it, by the address inside the lab. */
  readonly kubeconfig: string;
}

export interface TokenOptions {
  /** When the cluster forgets it; never by default. */
  readonly expires?: Date;
}

interface Parts {
  /** Where the kubeconfig is written. */
  readonly dir: string;
  readonly server: string;
  readonly ca: string;
  readonly apply: (...objects: readonly unknown[]) => Promise<void>;
}

/** Each call makes another token; requests for certificates of nodes are approved by the controller manager. */
export async function createBootstrapToken(
  { dir, server, ca, apply }: Parts,
  { expires }: TokenOptions = {},
): Promise<BootstrapToken> {
  const id = crypto.getRandomValues(new Uint8Array(3)).toHex();
  const secret = crypto.getRandomValues(new Uint8Array(8)).toHex();
  await apply(
    ...RIGHTS,
    clusterInfo(kubeconfig({ server, ca })),
    tokenSecret({ id, secret, expires }),
  );
  const path = `${dir}/bootstrap-${id}.conf`;
  const token = `${id}.${secret}`;
  await Deno.writeTextFile(path, kubeconfig({ server, ca, user: { token } }), { mode: 0o600 });
  return { token, kubeconfig: path };
}

const RBAC = "rbac.authorization.k8s.io";

/** Names of group, role and binding are kubeadm's. */
const RIGHTS: readonly unknown[] = [
  groupMay("kubeadm:kubelet-bootstrap", {
    group: "system:bootstrappers:kubeadm:default-node-token",
    role: "system:node-bootstrapper",
  }),
  groupMay("kubeadm:node-autoapprove-bootstrap", {
    group: "system:bootstrappers:kubeadm:default-node-token",
    role: "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
  }),
  groupMay("kubeadm:node-autoapprove-certificate-rotation", {
    group: "system:nodes",
    role: "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
  }),
  {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name: "kubeadm:bootstrap-signer-clusterinfo", namespace: "kube-public" },
    rules: [{
      apiGroups: [""],
      resources: ["configmaps"],
      resourceNames: ["cluster-info"],
      verbs: ["get"],
    }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name: "kubeadm:bootstrap-signer-clusterinfo", namespace: "kube-public" },
    roleRef: { apiGroup: RBAC, kind: "Role", name: "kubeadm:bootstrap-signer-clusterinfo" },
    subjects: [{ apiGroup: RBAC, kind: "User", name: "system:anonymous" }],
  },
];

function groupMay(
  name: string,
  { group, role }: { readonly group: string; readonly role: string },
): unknown {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: group }],
  };
}

/** What a node that joins by token reads first; the controller manager signs it for every token. */
function clusterInfo(text: string): unknown {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cluster-info", namespace: "kube-public" },
    data: { kubeconfig: text },
  };
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
function tokenSecret(
  { id, secret, expires }: {
    readonly id: string;
    readonly secret: string;
    readonly expires: Date | undefined;
  },
): unknown {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData: {
      "token-id": id,
      "token-secret": secret,
      "usage-bootstrap-authentication": "true",
      "usage-bootstrap-signing": "true",
      "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
      ...(expires !== undefined && { expiration: expires.toISOString() }),
    },
  };
}
