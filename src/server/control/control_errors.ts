/** Errors on their way through the control API: a port error becomes a status and a code, and a port error again. */
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  messageOf,
  NotFound,
  PortError,
  Unavailable,
} from "../../ports/errors.ts";

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  readonly error: {
    /** The name of the port error's class; Failed for anything else. */
    readonly code: ErrorCode;
    readonly message: string;
  };
}

const kinds = {
  NotFound: { status: 404, type: NotFound },
  Conflict: { status: 409, type: Conflict },
  Invalid: { status: 400, type: Invalid },
  Forbidden: { status: 403, type: Forbidden },
  Unavailable: { status: 503, type: Unavailable },
  Failed: { status: 500, type: Failed },
} as const;

export type ErrorCode = keyof typeof kinds;

/** What the server answers for something that was thrown. */
export function errorResponse(error: unknown): Response {
  const code = error instanceof PortError && isErrorCode(error.name) ? error.name : "Failed";
  const body: ErrorBody = { error: { code, message: messageOf(error) } };
  return Response.json(body, { status: kinds[code].status });
}

/** What the client throws for an answer that is not 2xx; null when the body is none of ours. */
export function errorOfBody(body: unknown): PortError | null {
  if (!isErrorBody(body)) return null;
  return new kinds[body.error.code].type(body.error.message);
}

function isErrorCode(name: unknown): name is ErrorCode {
  return typeof name === "string" && Object.hasOwn(kinds, name);
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const { error } = body;
  return typeof error === "object" && error !== null && "code" in error && "message" in error &&
    isErrorCode(error.code) && typeof error.message === "string";
}
