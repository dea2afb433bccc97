/** A node's kubeconfig in memory. */
import { Failed } from "../../src/ports/errors.ts";
import type { CertificateStore } from "../../src/ports/certificate_store.ts";
import type { KubeconfigCredential, NodeKubeconfig } from "../../src/ports/node_kubeconfig.ts";

/** The port and the hands of the test on it. */
export interface FakeNodeKubeconfig extends NodeKubeconfig {
  /** What stands in it, where it does not name the store's pair. */
  credential: KubeconfigCredential;
  bootstrapThere: boolean;
  /** How often it was made to name the store's pair. */
  readonly changes: number;
}

/** Without `credential` it is not there. */
export function fakeNodeKubeconfig(
  {
    store,
    credential = { kind: "None", why: "/kubeconfig does not exist" },
    bootstrapThere = true,
  }: {
    readonly store: CertificateStore;
    readonly credential?: KubeconfigCredential;
    readonly bootstrapThere?: boolean;
  },
): FakeNodeKubeconfig {
  let changes = 0;
  const kubeconfig: FakeNodeKubeconfig = {
    credential,
    bootstrapThere,
    get changes() {
      return changes;
    },
    read: () => Promise.resolve(kubeconfig.credential),
    hasBootstrap: () => Promise.resolve(kubeconfig.bootstrapThere),
    async useOwnCertificate() {
      const pair = await store.load();
      if (pair === null) throw new Failed("the kubeconfig would name a pair that is not there");
      kubeconfig.credential = { kind: "Certificate", pair, isOwn: true };
      changes++;
    },
  };
  return kubeconfig;
}
