/** What is said of a broker that does not take us, by how far we came and why. */
import assert from "node:assert/strict";
import type { ConnectionProblem } from "../broker/connection_problem.ts";
import { brokerFinding } from "./broker_finding.ts";

const cases:
  readonly (readonly [ConnectionProblem["stage"], ConnectionProblem["cause"], RegExp])[] = [
    ["Network", "NameUnknown", /DNS/],
    ["Network", "Refused", /start the broker/],
    ["Network", "Other", /firewalls/],
    ["Tls", "UnknownAuthority", /relay\.caFile/],
    ["WebSocket", "UnknownAuthority", /relay\.caFile/],
    ["Tls", "WrongTime", /clock/],
    ["Tls", "WrongName", /relay\.brokers/],
    ["Tls", "Other", /TLS is spoken/],
    ["WebSocket", "Other", /path and port/],
    ["Session", "CertificateRefused", /relay\.certFile/],
    ["Session", "BadLogin", /relay\.passwordFile/],
    ["Session", "ClientIdRefused", /system:node:n and, for this check, system:node:n\/check$/],
    ["Session", "NotAuthorized", /connect, as client .*: see deploy\/broker\/acl$/],
    ["Subscription", "NotAuthorized", /^let system:node:n read a\/down: see deploy\/broker\/acl$/],
    ["Session", "Other", /log says of client system:node:n\/check$/],
    ["Credentials", "Other", /relay\.certFile/],
  ];

for (const [stage, cause, fix] of cases) {
  Deno.test(`a way out at ${stage}, ${cause}`, () => {
    const problem = { stage, cause, reason: "why" };
    const about = { url: "mqtts://b:1", clientId: "system:node:n/check", topic: "a/down", problem };
    const finding = brokerFinding(about, { nodeName: "n" });
    assert.equal(finding.name, "relay broker mqtts://b:1");
    assert.equal(finding.verdict, "warning");
    assert.match(finding.detail, /^\w+: why$/);
    assert.match(finding.fix ?? "", fix);
  });
}
