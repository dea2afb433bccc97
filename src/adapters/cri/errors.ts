/** Turns gRPC statuses into the errors of the ports, in the words that kubelet users know. */
import { type ServiceError, status } from "@grpc/grpc-js";
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  messageOf,
  NotFound,
  type PortError,
  RuntimeAway,
  Unavailable,
} from "../../ports/errors.ts";

type PortErrorClass = new (message: string, options?: ErrorOptions) => PortError;

const classes: Readonly<Partial<Record<status, PortErrorClass>>> = {
  [status.UNAVAILABLE]: RuntimeAway,
  [status.DEADLINE_EXCEEDED]: Unavailable,
  // Nobody but a dying runtime cancels: our own cancellations end with their signal's reason.
  [status.CANCELLED]: RuntimeAway,
  [status.NOT_FOUND]: NotFound,
  [status.ALREADY_EXISTS]: Conflict,
  [status.INVALID_ARGUMENT]: Invalid,
  [status.PERMISSION_DENIED]: Forbidden,
  [status.UNAUTHENTICATED]: Forbidden,
};

/** The codes in Go's spelling, in their order. */
const names = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

/** What the other side said: how a call ended, and why. */
export type CallStatus = Pick<ServiceError, "code" | "details">;

/** containerd takes connections a moment before its CRI plugin takes calls; 1.6 reports that as Unknown. */
const starting = /server is not initialized yet/;

/** The port's error for a failed call, with the call's own error as its cause. */
export function portError(error: CallStatus): PortError {
  const away = error.code === status.UNKNOWN && starting.test(error.details);
  const Class = away ? RuntimeAway : classes[error.code] ?? Failed;
  const name = names[error.code] ?? `Code(${error.code})`;
  const details = error.details.replace(/\.? Resolution note:\s*$/, "");
  return new Class(`rpc error: code = ${name} desc = ${details}`, { cause: error });
}

/** The status behind an error that {@linkcode portError} made. */
function callStatus(error: unknown): CallStatus | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return isCallStatus(cause) ? cause : undefined;
}

function isCallStatus(value: unknown): value is CallStatus {
  return typeof value === "object" && value !== null && "code" in value && "details" in value;
}

/** Whether the runtime does not know the call at all. */
export function isUnimplemented(error: unknown): boolean {
  return callStatus(error)?.code === status.UNIMPLEMENTED;
}

/**
 * The same error without the prefix: the kubelet shows the runtime's bare words where a container is created or started.
 */
export function bare(error: unknown): unknown {
  const said = callStatus(error);
  if (said === undefined || !(error instanceof Error) || error instanceof Unavailable) return error;
  const Class = error.constructor as PortErrorClass;
  return new Class(said.details, { cause: said });
}

/** Whether time was over: the call's own, or the runtime's for what it was to do. */
export function isTimeout(error: unknown): boolean {
  return callStatus(error)?.code === status.DEADLINE_EXCEEDED;
}

/** Whether the runtime has more to do than it takes on. */
export function isExhausted(error: unknown): boolean {
  return callStatus(error)?.code === status.RESOURCE_EXHAUSTED;
}

const refused =
  /\b401\b|\b403\b|unauthori[sz]ed|forbidden|access denied|authorization failed|failed to authorize|basic auth credentials/i;

/**
 * A failed pull: Forbidden where the registry refuses, otherwise Failed, unless the runtime itself is away. As in the
 * kubelet an Unknown status shows without its prefix, any other with it.
 */
export function pullError(error: unknown): unknown {
  const cause = callStatus(error);
  if (cause === undefined) return error;
  // Not our connection: the registry's, of which containerd may speak in the same codes.
  const fromRegistry = /failed to (pull|resolve|copy|do request)/.test(cause.details);
  if (error instanceof Unavailable && !fromRegistry) return error;
  const message = cause.code === status.UNKNOWN ? cause.details : messageOf(error);
  return refused.test(cause.details)
    ? new Forbidden(message, { cause })
    : new Failed(message, { cause });
}
