/** The API server's refusals as errors of the port. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
import { second } from "../../core/instant.ts";
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  NotFound,
  type PortError,
  Unauthorized,
  Unavailable,
} from "../../ports/errors.ts";

/** The version that was asked for is no longer known (410 Gone): list anew. */
export class Expired extends Failed {}

/** What a watch sends is no event. */
export class UnreadableWatch extends Failed {}

/** The version that was asked for lies in the server's future: it has older data than whom we talked to before. */
export class VersionTooLarge extends Unavailable {}

/** What is used of a `Status`. */
interface Status {
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly code?: unknown;
  readonly details?: {
    readonly retryAfterSeconds?: unknown;
    readonly causes?: readonly { readonly reason?: unknown }[];
  };
}

/** The API server itself asks for seconds; a proxy in maintenance may say an hour, and the node would be taken for dead. */
const longestRetryAfterMs = 30 * second;

/** The error that an answer stands for; `body` may be a `Status`, or what a proxy on the way says. */
export function errorOf(
  { code, body, retryAfter }: {
    readonly code: number;
    readonly body: string;
    /** The header's value. */
    readonly retryAfter?: string | null;
  },
): PortError {
  const status = parsed(body);
  const message = typeof status.message === "string" && status.message !== ""
    ? status.message
    : `the server answered ${code}: ${body.trim().slice(0, 200)}`;
  const seconds = Number(retryAfter ?? status.details?.retryAfterSeconds ?? NaN);
  const wait = Number.isFinite(seconds) && seconds > 0
    ? { retryAfterMs: Math.min(seconds * second, longestRetryAfterMs) }
    : {};
  return errorForCode(code, { message, wait, tooLarge: isTooLarge(status) });
}

/** The error in a watch's `ERROR` line. */
export function errorOfStatus(object: unknown): PortError {
  const body = JSON.stringify(object) ?? "";
  const { code } = parsed(body);
  return errorOf({ code: typeof code === "number" ? code : 500, body });
}

function errorForCode(
  code: number,
  { message, wait, tooLarge }: {
    readonly message: string;
    readonly wait: { readonly retryAfterMs?: number };
    readonly tooLarge: boolean;
  },
): PortError {
  if (tooLarge) return new VersionTooLarge(message);
  if (code === 401) return new Unauthorized(message);
  if (code === 403) return new Forbidden(message);
  if (code === 404) return new NotFound(message);
  if (code === 409) return new Conflict(message);
  if (code === 410) return new Expired(message);
  if (code === 408 || code === 429 || code >= 500) return new Unavailable(message, wait);
  if ([400, 405, 406, 413, 415, 422].includes(code)) return new Invalid(message);
  return new Failed(message);
}

function isTooLarge({ details }: Status): boolean {
  const causes = details?.causes;
  return Array.isArray(causes) &&
    causes.some((cause) => cause?.reason === "ResourceVersionTooLarge");
}

/** {} for what is no JSON object. */
function parsed(body: string): Status {
  try {
    const value: Status | null = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
