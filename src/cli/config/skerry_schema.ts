/** The schema of a SkerryConfiguration: what Skerry has and the kubelet has not. */
import * as v from "valibot";
import { int32, stringMap, text, texts } from "../../core/pod/schema/scalars.ts";
import { optional } from "../../core/pod/schema/support.ts";
import { duration } from "./kubelet_structs.ts";
import { acted } from "./marker.ts";

/** `apiVersion` and `kind` are taken off before. */
const relay = v.strictObject({
  cluster: acted(
    text,
    "the cluster's name in the topics of the message broker, the same for all its nodes and for `skerry bridge`",
  ),
  brokers: acted(
    texts,
    "`mqtts://HOST:PORT` or `wss://HOST/PATH`, tried in this order; status is relayed where one is named",
  ),
  mode: acted(
    text,
    "`Fallback`: while the API server is out of reach; `Always`: both ways",
  ),
  after: acted(duration, "how long the API server is out of reach before the broker is taken"),
  caFile: acted(text, "authorities of the brokers' certificates, besides the public ones"),
  certFile: acted(
    text,
    "certificate for the brokers; the one for the API server if not set, which signs the messages in any case",
  ),
  keyFile: acted(text, "the key of `certFile`"),
  usernameFile: acted(text, "a user's name for the brokers"),
  passwordFile: acted(text, "and the password"),
  bridgeCAFile: acted(text, "authorities of the bridges; the API server's own if not set"),
  keepAlive: acted(duration, "how often the broker hears of the node at least"),
  maxMessageSize: acted(text, "of what is sent; from `4Ki` to `256Ki`"),
});

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
  k3sServer: acted(
    text,
    "`https://HOST:PORT` of the k3s server that signs the node's certificates, as `skerry join` writes it; no k3s cluster if not set",
  ),
  certDir: acted(text, "certificates and their keys, laid out as by the kubelet"),
  imagesDir: acted(text, "image archives in it are imported at start"),
  controlSocket: acted(text, "the socket that the other commands talk to, at most 107 bytes long"),
  securityLog: acted(
    text,
    "a line of JSON for each refused request to the kubelet API and for each exec, attach, port-forward and run",
  ),
  securityLogMaxSize: acted(text, "of the security log, and of the one before it; at least `64Ki`"),
  journalMaxRecords: acted(
    int32,
    "transitions and events that wait for the API server, before the first and last of each object are kept alone; at least 100",
  ),
  journalMaxSize: acted(text, "of those records together; at least `64Ki`"),
  relay: optional(relay),
  registryConfig: acted(text, "credentials of registries in Docker's format; need not be there"),
  storeKeyFile: acted(
    text,
    "32 random bytes by which Secrets and tokens in the store are sealed, on another medium say; never made by the agent. " +
      "A systemd credential `skerry.store-key` goes before it",
  ),
});

export type SkerryFields = v.InferOutput<typeof skerrySchema>;
