/** The schema of a SkerryConfiguration: what Skerry has and the kubelet has not. */
import * as v from "valibot";
import { stringMap, text, texts } from "../../core/pod/schema/scalars.ts";
import { acted } from "./marker.ts";

/** `apiVersion` and `kind` are taken off before. */
export const skerrySchema = v.strictObject({
  nodeName: acted(text, "the machine's name if not set"),
  nodeIPs: acted(
    texts,
    "at most one IPv4 and one IPv6 address; found out if not set, of IPv6 first with `::`",
  ),
  nodeLabels: acted(stringMap, "labels of a Node that is created, besides those of every Node"),
  rootDir: acted(text, "state, volumes and credentials"),
  kubeconfig: acted(
    text,
    "how to reach the API server of the node's cluster, and with which credential; no cluster if not set",
  ),
  bootstrapKubeconfig: acted(
    text,
    "credential to ask for a client certificate with, while `kubeconfig` has none; need not be there",
  ),
  certDir: acted(text, "certificates and their keys, laid out as by the kubelet"),
  imagesDir: acted(text, "image archives in it are imported at start"),
  controlSocket: acted(text, "the socket that the other commands talk to, at most 107 bytes long"),
  securityLog: acted(
    text,
    "a line of JSON for each refused request to the kubelet API and for each exec, attach, port-forward and run",
  ),
  securityLogMaxSize: acted(text, "of the security log, and of the one before it; at least `64Ki`"),
  registryConfig: acted(text, "credentials of registries in Docker's format; need not be there"),
});

export type SkerryFields = v.InferOutput<typeof skerrySchema>;
