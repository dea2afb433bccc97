/** The API server's refusals. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
import type { JsonObject } from "./json.ts";

/** Thrown inside the fake server; answered as a `Status` body. */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details: JsonObject = {},
  ) {
    super(message);
  }

  body(): JsonObject {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      details: this.details,
      code: this.code,
    };
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** A refusal with the reason that belongs to its code. */
export function refusal(code: number, message: string, details: JsonObject = {}): StatusError {
  return new StatusError(code, reasons[code] ?? "Unknown", message, details);
}

export function notFound(plural: string, name: string): StatusError {
  return refusal(404, `${plural} "${name}" not found`, { name, kind: plural });
}

export function alreadyExists(plural: string, name: string): StatusError {
  const message = `${plural} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, { name, kind: plural });
}

export function conflict(plural: string, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${plural} "${name}": ${why}`;
  return refusal(409, message, { name, kind: plural });
}

export function gone(): StatusError {
  return refusal(410, "too old resource version: the history of it has been forgotten");
}

/** A version that this server has not come to. */
export function tooLargeVersion(wanted: number, current: number): StatusError {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return refusal(504, `Timeout: ${message}`, { causes, retryAfterSeconds: 1 });
}
