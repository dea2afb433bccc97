/** The two kinds of configuration with their schemas, defaults and rules. */
import { bytes, parseQuantity } from "../../core/quantity.ts";
import { DEFAULT_CONTROL_SOCKET, DEFAULT_ROOT_DIR } from "../default_paths.ts";
import type { Filled } from "./filled.ts";
import {
  EMPTY_IS_DEFAULT,
  KUBELET_DEFAULTS,
  type KubeletSettings,
  ZERO_IS_DEFAULT,
} from "./kubelet_defaults.ts";
import { KUBELET_PAIR_RULES } from "./kubelet_pair_rules.ts";
import { KUBELET_VALUE_RULES } from "./kubelet_rules.ts";
import { kubeletSchema } from "./kubelet_schema.ts";
import { IDENTITY_RULES } from "./node_identity.ts";
import { LABEL_RULES } from "./label_rules.ts";
import type { KindSpec } from "./resolve.ts";
import { relayRule } from "./relay_rule.ts";
import { field, type Finding, outsideKernel, type Rule } from "./rule.ts";
import { type SkerryFields, skerrySchema } from "./skerry_schema.ts";

/** `certDir`, `imagesDir`, `registryConfig` and `securityLog` lie below `rootDir` unless they are set. */
export const SKERRY_DEFAULTS = {
  rootDir: DEFAULT_ROOT_DIR,
  controlSocket: DEFAULT_CONTROL_SOCKET,
  nodeLabels: {},
  securityLogMaxSize: "5Mi",
  journalMaxRecords: 20_000,
  journalMaxSize: "8Mi",
  relay: { brokers: [], mode: "Fallback", after: "20s", keepAlive: "30s", maxMessageSize: "64Ki" },
} satisfies SkerryFields;

export type SkerrySettings = Filled<SkerryFields, typeof SKERRY_DEFAULTS>;

/** The kernel's limit of a socket's address, without the zero at its end. */
const MAX_SOCKET_PATH = 107;

const path = (value: string): string | undefined => value === "" ? "a path" : outsideKernel(value);

const pathOrNone = (value: string): string | undefined => value === "" ? undefined : path(value);

const SKERRY_RULES: readonly Rule<SkerrySettings>[] = [
  ...IDENTITY_RULES,
  ...LABEL_RULES,
  field("rootDir", path),
  field("kubeconfig", pathOrNone),
  field("bootstrapKubeconfig", pathOrNone),
  bootstrapNeedsKubeconfig,
  field("k3sServer", httpsUrlOrNone),
  k3sNeedsKubeconfig,
  field("certDir", path),
  field("imagesDir", path),
  field("registryConfig", path),
  field("storeKeyFile", pathOrNone),
  field("securityLog", path),
  field("securityLogMaxSize", logSize),
  field("journalMaxSize", logSize),
  field(
    "journalMaxRecords",
    (value) =>
      value < LEAST_JOURNAL_RECORDS ? `a number of ${LEAST_JOURNAL_RECORDS} or more` : undefined,
  ),
  relayRule,
  field("controlSocket", path),
  field(
    "controlSocket",
    (value) =>
      new TextEncoder().encode(value).length > MAX_SOCKET_PATH
        ? `a path of at most ${MAX_SOCKET_PATH} bytes`
        : undefined,
  ),
];

/** Below that, folding would leave no room. */
const LEAST_JOURNAL_RECORDS = 100;

/** A record has a few hundred bytes; a smaller file would hold next to nothing. */
const LEAST_SECURITY_LOG_BYTES = 64 * 1024;

function logSize(value: string): string | undefined {
  const size = parseQuantity(value);
  return size.ok && bytes(size.value) >= LEAST_SECURITY_LOG_BYTES
    ? undefined
    : "a quantity of bytes of 64Ki or more, such as 5Mi";
}

/** On success it is written there. */
function bootstrapNeedsKubeconfig(
  { kubeconfig = "", bootstrapKubeconfig = "" }: SkerrySettings,
): readonly Finding[] {
  if (bootstrapKubeconfig === "" || kubeconfig !== "") return [];
  const message = "expected kubeconfig to be set as well, found it empty";
  return [{ path: ["bootstrapKubeconfig"], message }];
}

/** The node's certificate is for the API server that stands there. */
function k3sNeedsKubeconfig(
  { kubeconfig = "", k3sServer = "" }: SkerrySettings,
): readonly Finding[] {
  if (k3sServer === "" || kubeconfig !== "") return [];
  const message = "expected kubeconfig to be set as well, found it empty";
  return [{ path: ["k3sServer"], message }];
}

function httpsUrlOrNone(value: string): string | undefined {
  const url = URL.parse(value);
  const isGood = url?.protocol === "https:" && url.pathname === "/" && url.username === "" &&
    url.search === "" && url.hash === "";
  return value === "" || isGood ? undefined : "a URL such as https://10.0.0.1:6443";
}

export const KUBELET_KIND: KindSpec<typeof kubeletSchema, typeof KUBELET_DEFAULTS> = {
  kind: "KubeletConfiguration",
  schema: kubeletSchema,
  defaults: KUBELET_DEFAULTS,
  emptyIsDefault: EMPTY_IS_DEFAULT,
  zeroIsDefault: ZERO_IS_DEFAULT,
  rules: [...KUBELET_VALUE_RULES, ...KUBELET_PAIR_RULES],
};

export const SKERRY_KIND: KindSpec<typeof skerrySchema, typeof SKERRY_DEFAULTS> = {
  kind: "SkerryConfiguration",
  schema: skerrySchema,
  defaults: SKERRY_DEFAULTS,
  emptyIsDefault: [
    ["rootDir"],
    ["certDir"],
    ["imagesDir"],
    ["controlSocket"],
    ["registryConfig"],
    ["securityLog"],
    ["securityLogMaxSize"],
    ["journalMaxSize"],
    ["relay", "mode"],
    ["relay", "after"],
    ["relay", "keepAlive"],
    ["relay", "maxMessageSize"],
  ],
  zeroIsDefault: [],
  rules: SKERRY_RULES,
};

export type { KubeletSettings };
