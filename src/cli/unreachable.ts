/** Words for an agent that does not answer, and what can be done about it. */
import { messageOf } from "../ports/errors.ts";
import { CliError } from "./command.ts";
import { ExitCode } from "./exit_codes.ts";

interface Reason {
  readonly message: string;
  readonly hint: string;
}

const start =
  "start it with `sudo systemctl start skerry` or `sudo skerry run`; --socket names another socket";

/** By the system's error numbers, which Deno tells only as text. @see errno(3) */
const reasons: Readonly<Record<string, Reason>> = {
  2: { message: "there is no such socket", hint: start },
  13: { message: "permission denied", hint: "run the command as root, with sudo" },
  111: { message: "nobody listens on it any more", hint: start },
};

/** What was thrown while speaking to the agent on `socket`, as an error for people. */
export function unreachable(error: unknown, socket: string): CliError {
  const { message, hint } = reasonOf(error);
  return new CliError(`the agent does not answer on ${socket}: ${message}`, {
    exitCode: ExitCode.unreachable,
    hint,
  });
}

/** The agent on `socket` went away, or met an error, in the middle of an answer. */
export function brokenOff(socket: string): CliError {
  return new CliError(`the agent on ${socket} broke off its answer`, {
    exitCode: ExitCode.unreachable,
    hint: "see whether it was stopped: `skerry status`, `journalctl -u skerry`",
  });
}

function reasonOf(error: unknown): Reason {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return { message: "no answer in time", hint: "see what it is doing: journalctl -u skerry" };
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const message = messageOf(cause);
  const number = /\(os error (\d+)\)/.exec(message)?.[1] ?? "";
  return reasons[number] ?? { message, hint: start };
}
