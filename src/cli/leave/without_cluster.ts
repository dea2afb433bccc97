/** A node's configuration without its cluster. */
import { k3sNodePaths } from "../../adapters/k3s/node_files.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import type { Configuration } from "../config/configuration.ts";
import { type KindFields, withoutFields } from "../join/edit_configuration.ts";
import { joinedFields } from "../join/k3s/write_files.ts";
import { clientCaPath } from "../join/plan.ts";

export interface EditedText {
  readonly text: string;
  /** Names of fields that may be the cluster's, and nobody remembers whose they are. */
  readonly stays: readonly string[];
}

/** What a person has set or changed stays; what joining added is known of a k3s cluster, and little of another. */
export async function withoutCluster(
  text: string,
  configuration: Configuration,
): Promise<EditedText> {
  const remembered = await orNull(Deno.readTextFile(k3sNodePaths(configuration.rootDir).joined));
  const fields = joinedFields(remembered);
  const always: KindFields = {
    SkerryConfiguration: {
      ...fields.SkerryConfiguration,
      kubeconfig: undefined,
      bootstrapKubeconfig: undefined,
      k3sServer: undefined,
    },
    KubeletConfiguration: {
      ...fields.KubeletConfiguration,
      authentication: { x509: { clientCAFile: clientCaPath(configuration) } },
    },
  };
  const edited = withoutFields(text, always);
  const stays = remembered === null ? CLUSTER_FIELDS.filter((name) => hasField(edited, name)) : [];
  return { text: edited, stays };
}

/** What kubeadm's clusters say of their nodes. */
const CLUSTER_FIELDS = ["clusterDNS", "clusterDomain", "serverTLSBootstrap"];

function hasField(text: string, name: string): boolean {
  return new RegExp(`^${name}:`, "m").test(text);
}
