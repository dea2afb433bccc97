/** What `skerry check` says of the relay. Pods run without it, so that nothing of it is an error. */
import { type Instant, rfc3339 } from "../instant.ts";
import { relaySigner } from "../relay/signature.ts";
import { nodeUser } from "../relay/topics.ts";
import type { Result } from "../result.ts";
import { belongTogether, type Certificate, parseCertificates } from "../x509/certificate.ts";
import { type BrokerFacts, brokerFinding } from "./broker_finding.ts";
import type { Finding } from "./preflight.ts";

type Identity = { readonly certificate: string; readonly key: string };

export interface RelayFacts {
  readonly nodeName: string;
  /** What messages are signed with, in PEM, or why there is nothing. */
  readonly identity: Result<Identity>;
  /** The authorities of bridges, in PEM, or why there are none; `from` says where they stand. */
  readonly bridgeAuthorities: { readonly from: string; readonly pem: Result<string> };
  readonly brokers: readonly BrokerFacts[];
}

export function relayFindings(facts: RelayFacts, now: Instant): readonly Finding[] {
  return [
    identityFinding(facts, now),
    authoritiesFinding(facts, now),
    ...facts.brokers.map((broker) => brokerFinding(broker, facts)),
  ];
}

interface Problem {
  readonly detail: string;
  readonly fix: string;
}

const another = "let the node get another certificate: the agent does with the bootstrap " +
  "kubeconfig, skerry join with a new token";

function identityFinding({ identity, nodeName }: RelayFacts, now: Instant): Finding {
  const name = "relay certificate";
  if (!identity.ok) {
    const fix = "give the node a client certificate of its cluster (bootstrapKubeconfig, or " +
      "skerry join): a kubeconfig with a token alone cannot relay";
    return { name, verdict: "warning", detail: identity.error, fix };
  }
  const signer = relaySigner(identity.value);
  const chain = parseCertificates(identity.value.certificate);
  if (!chain.ok) return { name, verdict: "warning", detail: chain.error, fix: another };
  if (!signer.ok) return { name, verdict: "warning", detail: signer.error, fix: another };
  const user = nodeUser(nodeName);
  const problem = pairProblem(identity.value) ?? leafProblem(chain.value[0], user) ??
    timeProblem(chain.value, now);
  if (problem !== null) return { name, verdict: "warning", ...problem };
  return { name, verdict: "ok", detail: `CN=${user}, good until ${rfc3339(endOf(chain.value))}` };
}

function pairProblem(identity: Identity): Problem | null {
  return belongTogether(identity)
    ? null
    : { detail: "the key is not the certificate's", fix: another };
}

/** The bridges' rule; whether the cluster's authority vouches for it they alone can tell. */
function leafProblem({ commonName, organizations }: Certificate, user: string): Problem | null {
  if (commonName !== user) {
    return {
      detail: `it is of CN=${commonName}, and bridges believe CN=${user} alone`,
      fix: `${another}; or set nodeName (--hostname-override) to the certificate's`,
    };
  }
  if (organizations.includes("system:nodes")) return null;
  return { detail: "it is not of O=system:nodes, which bridges ask for", fix: another };
}

function timeProblem(chain: readonly Certificate[], now: Instant): Problem | null {
  const detail = untimeliness(chain, now);
  return detail === null ? null : { detail, fix: `${another}; or set the clock` };
}

function authoritiesFinding(
  { bridgeAuthorities: { from, pem } }: RelayFacts,
  now: Instant,
): Finding {
  const name = "relay bridges";
  const warning = (detail: string): Finding => ({
    name,
    verdict: "warning",
    detail: `${detail}; nothing that a bridge says would be believed`,
    fix: "name a PEM file with the authority of the bridges' certificates in relay.bridgeCAFile",
  });
  if (!pem.ok) return warning(pem.error);
  const authorities = parseCertificates(pem.value);
  if (!authorities.ok) return warning(`${from}: ${authorities.error}`);
  const problems = authorities.value.map((each) => untimeliness([each], now));
  const [first] = problems;
  if (!problems.includes(null)) return warning(`${from}: ${first}`);
  return { name, verdict: "ok", detail: `vouched for by ${from}` };
}

type Validity = Pick<Certificate, "notBefore" | "notAfter">;

/** Null where all of them are valid now. */
function untimeliness(chain: readonly Validity[], now: Instant): string | null {
  const begin = Math.max(...chain.map(({ notBefore }) => notBefore));
  const end = endOf(chain);
  if (now > end) return `expired at ${rfc3339(end)}, by this machine's clock`;
  return now < begin ? `not valid before ${rfc3339(begin)}, by this machine's clock` : null;
}

function endOf(chain: readonly Validity[]): Instant {
  return Math.min(...chain.map(({ notAfter }) => notAfter));
}
