/** The errors that may cross a port; each knows whether trying again can help. */

/** What every error of a port has in common. */
export abstract class PortError extends Error {
  /** True when the same call may succeed later without anyone changing anything. */
  abstract readonly retriable: boolean;
  // Written out in each class: in the minified program a class's own name means nothing.
  abstract override readonly name: string;
}

/** The object that was named does not exist. */
export class NotFound extends PortError {
  override readonly name = "NotFound";
  readonly retriable = false;
}

/** The object exists already, or changed since it was read. */
export class Conflict extends PortError {
  override readonly name = "Conflict";
  readonly retriable = true;
}

/** The other side did not answer, not in time, or is not ready. */
export class Unavailable extends PortError {
  override readonly name = "Unavailable";
  readonly retriable = true;
  /** When the other side wants to be asked again, where it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The runtime cannot be reached at all. The agent tells of that once; what fails because of it need not be told of. */
export class RuntimeAway extends Unavailable {}

/** The request can never be carried out as it is. */
export class Invalid extends PortError {
  override readonly name = "Invalid";
  readonly retriable = false;
}

/** The other side knows us and refuses. */
export class Forbidden extends PortError {
  override readonly name = "Forbidden";
  readonly retriable = false;
}

/** The other side does not accept our credential (any more). */
export class Unauthorized extends PortError {
  override readonly name = "Unauthorized";
  readonly retriable = true;
}

/** Anything else the other side reports; the message is the other side's own. */
export class Failed extends PortError {
  override readonly name = "Failed";
  readonly retriable = true;
}

/** The text of anything that was thrown, for messages to people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
