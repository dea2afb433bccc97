/** What `skerry check` says of a message broker. */
import type {
  ConnectionCause,
  ConnectionProblem,
  ConnectionStage,
} from "../broker/connection_problem.ts";
import { nodeUser } from "../relay/topics.ts";
import type { Finding } from "./preflight.ts";

export interface BrokerFacts {
  readonly url: string;
  /** Under which it was tried; the agent's is the node's user. */
  readonly clientId: string;
  /** What the node must be let subscribe. */
  readonly topic: string;
  /** Null where it let us connect and subscribe. */
  readonly problem: ConnectionProblem | null;
}

const stages: Readonly<Record<ConnectionStage, string>> = {
  Credentials: "credentials",
  Network: "network",
  Tls: "TLS",
  WebSocket: "WebSocket",
  Session: "MQTT",
  Subscription: "subscription",
};

export function brokerFinding(
  facts: BrokerFacts,
  { nodeName }: { readonly nodeName: string },
): Finding {
  const { url, topic, problem } = facts;
  const name = `relay broker ${url}`;
  if (problem === null) {
    return { name, verdict: "ok", detail: `lets the node connect and subscribe ${topic}` };
  }
  const { stage, cause, reason } = problem;
  const fix = byCause[cause] ?? byStage[stage];
  return {
    name,
    verdict: "warning",
    detail: `${stages[stage]}: ${reason}`,
    fix: fix({ ...facts, user: nodeUser(nodeName), stage }),
  };
}

interface Told extends BrokerFacts {
  readonly user: string;
  readonly stage: ConnectionStage;
}

type Fix = (told: Told) => string;

/** What is known to help; what is left out depends on how far we came. */
const byCause: Readonly<Partial<Record<ConnectionCause, Fix>>> = {
  NameUnknown: () => "correct the name in relay.brokers, or see why this machine's DNS has it not",
  Refused: () => "start the broker, or correct the port in relay.brokers",
  UnknownAuthority: () => "name the authority of the broker's certificate in relay.caFile",
  WrongTime: () => "renew the broker's certificate, or set this machine's clock",
  WrongName: () =>
    "use the name of the broker's certificate in relay.brokers, or have one made for this name",
  CertificateRefused: () =>
    "let the broker believe the authority of the node's certificate (cafile in " +
    "deploy/broker/mosquitto.conf), or name a certificate that it believes in relay.certFile",
  NotAuthorized: ({ stage, topic, user, clientId }) =>
    stage === "Subscription"
      ? `let ${user} read ${topic}: see deploy/broker/acl`
      : `let ${user} connect, as client ${user} and, for this check, ${clientId}: see deploy/broker/acl`,
  BadLogin: () => "correct what relay.usernameFile and relay.passwordFile hold",
  ClientIdRefused: ({ user, clientId }) =>
    `let the broker take the client IDs ${user} and, for this check, ${clientId}`,
};

const seeLog: Fix = ({ clientId }) => `see what the broker's log says of client ${clientId}`;

const byStage: Readonly<Record<ConnectionStage, Fix>> = {
  Credentials: () =>
    "correct what is named there: the broker is shown relay.certFile, " +
    "or else the certificate of the kubeconfig",
  Network: () => "see that routes and firewalls let this machine reach it, and that it runs",
  Tls: () => "see that TLS is spoken at this port, and what the broker's log says",
  WebSocket: () =>
    "see that path and port in relay.brokers are of its WebSockets, and that it believes the " +
    "certificate that it is shown",
  Session: seeLog,
  Subscription: seeLog,
};
