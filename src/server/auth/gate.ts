/** Lets a request pass or sends it away: authentication, authorisation, and the record of it, as the kubelet's filter does. */
import type { ApiMetrics } from "../../core/metrics/api_metrics.ts";
import { messageOf } from "../../ports/errors.ts";
import { hostOf, ownNetworkOf } from "../client_host.ts";
import { recordOf, type RecordSource } from "../security_record.ts";
import type { SecurityLog } from "../security_log.ts";
import type { Attributes } from "./attributes.ts";
import type { Authenticator, Authorizer, Credentials } from "./auth.ts";
import { requestAttributes } from "./request_attributes.ts";
import type { User } from "./user.ts";

/** What is known of a request before anything is done for it. */
export interface GateRequest {
  readonly method: string;
  /** Decoded and clean: no `.`, no `..`, no empty parts. */
  readonly path: string;
  /** Without the question mark; tells which program is to be run. */
  readonly query: string;
  readonly credentials: Credentials;
  /** Address and port of the client, as `10.0.0.1:50000` or `[fd00::1]:50000`. */
  readonly remoteAddress: string;
}

/** A refusal has the kubelet's status and body: 401 `Unauthorized`, 403 `Forbidden (user=…`, 500 `Authorization error (user=…`. */
export type Admission =
  | { readonly kind: "Admitted"; readonly user: User }
  | { readonly kind: "Refused"; readonly status: 401 | 403 | 500; readonly message: string };

/**
 * Asked for every request of the secured port that can be read, upgrades, health checks and paths that do not exist included.
 * What cannot (400, 405, 501) or is written otherwise (307) is answered before, and that answer tells nothing of the node.
 */
export interface Gate {
  /** Never throws: what goes wrong is a refusal. */
  admit(request: GateRequest): Promise<Admission>;
}

export interface GateDeps {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly securityLog: SecurityLog;
  readonly metrics: ApiMetrics;
}

/** A refusal and why, which the client is not told. */
interface Refusal {
  readonly status: 401 | 403 | 500;
  readonly message: string;
  readonly reason: string;
}

type Identified =
  | { readonly kind: "Known"; readonly user: User }
  | { readonly kind: "Unknown"; readonly refusal: Refusal };

export function createGate(deps: GateDeps): Gate {
  const { authenticator, authorizer, securityLog, metrics } = deps;

  async function admit(request: GateRequest): Promise<Admission> {
    const identified = await identify(request);
    if (identified.kind === "Unknown") return refuse({ request, user: null }, identified.refusal);
    const { user } = identified;
    const refusal = await refusalOf(requestAttributes(user, request));
    if (refusal !== null) return refuse({ request, user }, refusal);
    securityLog.allowed(recordOf({ request, user }, { status: 200, reason: "" }));
    return { kind: "Admitted", user };
  }

  async function identify({ credentials, remoteAddress }: GateRequest): Promise<Identified> {
    try {
      const user = await authenticator.authenticate(
        credentials,
        ownNetworkOf(hostOf(remoteAddress)),
      );
      if (user !== null) return { kind: "Known", user };
      return { kind: "Unknown", refusal: unauthorized(whyUnknown(credentials)) };
    } catch (error) {
      const reason = `authentication error: ${without(credentials.token, messageOf(error))}`;
      return { kind: "Unknown", refusal: unauthorized(reason) };
    }
  }

  /** Null as soon as one of the attributes is allowed. */
  async function refusalOf(
    wanted: readonly [Attributes, ...Attributes[]],
  ): Promise<Refusal | null> {
    const reasons: string[] = [];
    for (const attributes of wanted) {
      try {
        const verdict = await authorizer.authorize(attributes);
        if (verdict.kind === "Allowed") return null;
        if (verdict.reason !== "") reasons.push(verdict.reason);
      } catch (error) {
        return authorizationError(attributes, error);
      }
    }
    return forbidden(wanted, reasons.join("; "));
  }

  function refuse(source: RecordSource, { status, message, reason }: Refusal): Admission {
    securityLog.refused(recordOf(source, { status, reason }));
    metrics.refusals.inc({ code: `${status}` });
    return { kind: "Refused", status, message };
  }

  return { admit };
}

function unauthorized(reason: string): Refusal {
  return { status: 401, message: "Unauthorized", reason };
}

function whyUnknown({ certificate, hasBadCertificate, token }: Credentials): string {
  if (token !== null) return "nobody vouches for the token";
  if (certificate !== null) return "the certificate names nobody";
  return hasBadCertificate === true ? "the certificate does not count" : "no credentials";
}

function without(secret: string | null, text: string): string {
  return secret === null ? text : text.replaceAll(secret, "…");
}

function authorizationError(attributes: Attributes, error: unknown): Refusal {
  const what = `${who(attributes)}, subresource=${attributes.subresource}`;
  return {
    status: 500,
    message: `Authorization error (${what})`,
    reason: `authorization error: ${messageOf(error)}`,
  };
}

function forbidden(
  wanted: readonly [Attributes, ...Attributes[]],
  reason: string,
): Refusal {
  const subresources = wanted.map(({ subresource }) => subresource).join(" ");
  const what = `${who(wanted[0])}, subresource(s)=[${subresources}]`;
  return { status: 403, message: `Forbidden (${what})\n`, reason };
}

function who({ user, verb }: Attributes): string {
  return `user=${user.name}, verb=${verb}, resource=nodes`;
}
