/** What `skerry bridge` is told on its command line. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type BrokerUrl, parseBrokerUrl } from "../../core/broker/broker_url.ts";
import { clusterNameProblem } from "../../core/relay/topics.ts";

export interface BridgeFlags {
  readonly cluster: string;
  readonly broker: readonly BrokerUrl[];
  readonly brokerCaFile?: string;
  readonly brokerUsernameFile?: string;
  readonly brokerPasswordFile?: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly kubeconfig?: string;
  readonly clientCaFile?: string;
  readonly name: string;
  readonly namespace: string;
  readonly bindAddress: string;
  readonly port: number;
  readonly loggingFormat: "text" | "json";
  readonly v: number;
}

/** Where the service account's files say which namespace it is. */
const defaultNamespace = "skerry-system";
const defaultPort = 10260;

export function addBridgeFlags(command: Command): Command {
  return command
    .requiredOption(
      "--cluster <name>",
      "the cluster's name in topics, as relay.cluster of its nodes",
      cluster,
    )
    .requiredOption(
      "--broker <url>",
      "mqtts://HOST:PORT or wss://HOST/PATH; may be given again",
      brokers,
    )
    .option("--broker-ca-file <file>", "authorities of the broker's certificate, in PEM")
    .option("--broker-username-file <file>", "the user's name at the broker")
    .option("--broker-password-file <file>", "and the password")
    .requiredOption(
      "--cert-file <file>",
      "the bridge's certificate (CN=skerry-bridge, O=skerry:bridges): it signs acknowledgements, and is shown to the broker",
    )
    .requiredOption("--key-file <file>", "the key of that")
    .option("--kubeconfig <file>", "the API server; in a pod its service account unless given")
    .option(
      "--client-ca-file <file>",
      "authorities of the nodes' certificates, in place of those that the API server names",
    )
    .option("--name <name>", "this bridge among others", Deno.hostname())
    .option("--namespace <namespace>", "where bridges keep their Leases", defaultNamespace)
    .option("--bind-address <ip>", "of /healthz, /readyz and /metrics", "0.0.0.0")
    .addOption(
      new Option("--port <port>", "of those; 0 for none").argParser(port).default(defaultPort),
    )
    .addOption(
      new Option("--logging-format <format>", "of the log").choices(["text", "json"]).default(
        "text",
      ),
    )
    .addOption(new Option("-v, --v <level>", "4 shows decisions").argParser(whole).default(2));
}

function cluster(text: string): string {
  const problem = clusterNameProblem(text);
  if (problem !== null) throw new InvalidArgumentError(problem);
  return text;
}

function brokers(text: string, before: readonly BrokerUrl[] = []): readonly BrokerUrl[] {
  const read = parseBrokerUrl(text);
  if (!read.ok) throw new InvalidArgumentError(read.error);
  return [...before, read.value];
}

function port(text: string): number {
  const number = whole(text);
  if (number > 65_535) throw new InvalidArgumentError("must be at most 65535");
  return number;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("must be a whole number");
  return Number(text);
}
