/** What is said of a request that did not reach the server. */
import assert from "node:assert/strict";
import { Unauthorized, Unavailable } from "../../ports/errors.ts";
import { connectionProblem } from "./connection_problem.ts";
import { TimedOut } from "./time_limit.ts";

const server = "https://api:6443";

/** As fetch throws them. */
function thrown(message: string): Error {
  return new TypeError("fetch failed", { cause: new Error(message) });
}

Deno.test("the innermost cause is told, without the long URL", () => {
  const problem = connectionProblem(
    thrown(
      "error sending request for url (https://api:6443/api/v1/pods?watch=true): client error " +
        "(Connect): tcp connect error: Connection refused (os error 111)",
    ),
    server,
  );
  assert.ok(problem instanceof Unavailable);
  assert.equal(
    problem.message,
    "cannot reach https://api:6443: client error (Connect): tcp connect error: Connection " +
      "refused (os error 111)",
  );
});

Deno.test("an alert about our certificate is the server's refusal of it", () => {
  for (const alert of ["CertificateExpired", "BadCertificate", "UnknownCA", "AccessDenied"]) {
    const problem = connectionProblem(thrown(`received fatal alert: ${alert}`), server);
    assert.ok(problem instanceof Unauthorized, alert);
  }
  const other = connectionProblem(thrown("received fatal alert: HandshakeFailure"), server);
  assert.ok(other instanceof Unavailable);
});

Deno.test("a deadline stays a deadline", () => {
  const problem = connectionProblem(new TimedOut("no answer within 30 s"), server);
  assert.ok(problem instanceof TimedOut);
  assert.equal(problem.message, "cannot reach https://api:6443: no answer within 30 s");
});
