/** What can be wrong with the relay's settings. */
import { parseBrokerUrl } from "../../core/broker/broker_url.ts";
import { clusterNameProblem } from "../../core/relay/topics.ts";
import { bytes, parseQuantity } from "../../core/quantity.ts";
import { type Finding, findingsOf, items, lasting, oneOf, outsideKernel } from "./rule.ts";

export interface RelayFields {
  readonly cluster?: string;
  readonly brokers: readonly string[];
  readonly mode: string;
  readonly after: string;
  readonly keepAlive: string;
  readonly maxMessageSize: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly usernameFile?: string;
  readonly passwordFile?: string;
  readonly bridgeCAFile?: string;
}

const files = [
  "caFile",
  "certFile",
  "keyFile",
  "usernameFile",
  "passwordFile",
  "bridgeCAFile",
] as const;

const leastMessageBytes = 4 * 1024;
/** Bridges take no larger ones, and a broker hands those on to nobody without a word. */
const mostMessageBytes = 256 * 1024;

/** Without a broker nothing of it is acted on, but what is written must be right all the same. */
export function relayRule(
  { relay, kubeconfig = "" }: { readonly relay: RelayFields; readonly kubeconfig?: string },
): readonly Finding[] {
  const of = (
    name: string,
    value: string | undefined,
    check: (text: string) => string | undefined,
  ) => findingsOf({ path: ["relay", name], value, check });
  return [
    ...needs(relay, kubeconfig),
    ...of("cluster", relay.cluster, clusterName),
    ...items({ path: ["relay", "brokers"], list: relay.brokers, check: brokerUrl }),
    ...of("mode", relay.mode, oneOf("Fallback", "Always")),
    ...of("after", relay.after, lasting("a duration of 0s or more", (ms) => ms >= 0)),
    ...of(
      "keepAlive",
      relay.keepAlive,
      lasting("a duration from 5s to 18h", (ms) => ms >= 5_000 && ms <= 18 * 3_600_000),
    ),
    ...of("maxMessageSize", relay.maxMessageSize, messageSize),
    ...files.flatMap((name) => of(name, relay[name], outsideKernel)),
  ];
}

function needs(
  { brokers, cluster = "", certFile = "", keyFile = "" }: RelayFields,
  kubeconfig: string,
): readonly Finding[] {
  const missing: Finding[] = [];
  if ((certFile === "") !== (keyFile === "")) {
    missing.push({
      path: ["relay", certFile === "" ? "keyFile" : "certFile"],
      message: "expected certFile and keyFile to be set together, found one of them",
    });
  }
  if (brokers.length === 0) return missing;
  const path = ["relay", "brokers"];
  if (cluster === "") {
    missing.push({ path, message: "expected relay.cluster to be set as well, found it empty" });
  }
  if (kubeconfig === "") {
    missing.push({ path, message: "expected kubeconfig to be set as well, found it empty" });
  }
  return missing;
}

function clusterName(name: string): string | undefined {
  const isName = name === "" || clusterNameProblem(name) === null;
  return isName ? undefined : "1 to 63 letters, digits, dots, dashes and underscores";
}

function brokerUrl(text: string): string | undefined {
  const url = parseBrokerUrl(text);
  return url.ok ? undefined : `a broker's URL (it ${url.error})`;
}

function messageSize(text: string): string | undefined {
  const size = parseQuantity(text);
  const count = size.ok ? bytes(size.value) : 0;
  const isFit = count >= leastMessageBytes && count <= mostMessageBytes;
  return isFit ? undefined : "a quantity of bytes from 4Ki to 256Ki";
}
