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

const timesOf = {
  "certificate expired: verification time 4102444800 (UNIX), but certificate is not valid after 1798761600 (2303683200 seconds ago)":
    "its certificate has expired, or this machine's clock is wrong (the clock shows 2100-01-01T00:00:00Z, " +
    "and it is not valid after 2027-01-01T00:00:00Z)",
  "certificate not valid yet: verification time 300 (UNIX), but certificate is not valid before 1767225600 (1767225300 seconds in future)":
    "its certificate is not valid yet, or this machine's clock is wrong (the clock shows 1970-01-01T00:05:00Z, " +
    "and it is not valid before 2026-01-01T00:00:00Z)",
  "certificate expired":
    "its certificate has expired, or this machine's clock is wrong (certificate expired)",
};
for (const [said, meaning] of Object.entries(timesOf)) {
  Deno.test(`both times are told: ${said}`, () => {
    const { message } = connectionProblem(thrown(said), server);
    assert.equal(message, `cannot reach ${server}: ${meaning}`);
  });
}
