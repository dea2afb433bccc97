/** Why an agent does not answer, from what `fetch` says, and what to do. */
import { deepEqual } from "node:assert/strict";
import { ExitCode } from "./exit_codes.ts";
import { unreachable } from "./unreachable.ts";

/** As `fetch` words it. */
function connectError(reason: string): Error {
  const message =
    `error sending request for url (http://127.0.0.1/): client error (Connect): ${reason}`;
  return new TypeError("fetch failed", { cause: new Error(message) });
}

const start =
  "start it with `sudo systemctl start skerry` or `sudo skerry run`; --socket names another socket";

const cases: readonly (readonly [error: unknown, message: string, hint: string])[] = [
  [connectError("No such file or directory (os error 2)"), "there is no such socket", start],
  [connectError("Connection refused (os error 111)"), "nobody listens on it any more", start],
  [
    connectError("Permission denied (os error 13)"),
    "permission denied",
    "run the command as root, with sudo",
  ],
  [
    new DOMException("Signal timed out.", "TimeoutError"),
    "no answer in time",
    "see what it is doing: journalctl -u skerry",
  ],
  [new Error("something new"), "something new", start],
];

for (const [error, reason, hint] of cases) {
  Deno.test(`an agent that does not answer: ${reason}`, () => {
    const told = unreachable(error, "/run/s");
    const message = `the agent does not answer on /run/s: ${reason}`;
    deepEqual(
      { message: told.message, hint: told.hint, exitCode: told.exitCode },
      { message, hint, exitCode: ExitCode.unreachable },
    );
  });
}
