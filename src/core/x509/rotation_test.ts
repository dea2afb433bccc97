/** Certificates are replaced in time, and not in a hurry, whatever the clock shows. */
import assert from "node:assert/strict";
import { minute } from "../instant.ts";
import { missingFrom, rotationDelayMs, rotationTime } from "./rotation.ts";

const notBefore = Date.UTC(2026, 0, 1);
const hour = 60 * minute;
const life = { notBefore, notAfter: notBefore + 100 * hour };

for (const [fraction, hours] of [[0, 70], [0.5, 80], [1, 90]] as const) {
  Deno.test(`a certificate is replaced at ${hours} % of its life by the chance of ${fraction}`, () => {
    assert.equal(rotationTime(life, { fraction, isLinkRare: false }), notBefore + hours * hour);
  });
}

for (const [fraction, hours] of [[0, 50], [1, 60]] as const) {
  Deno.test(`where the link is rare that is at ${hours} %`, () => {
    assert.equal(rotationTime(life, { fraction, isLinkRare: true }), notBefore + hours * hour);
  });
}

const delays = [
  { what: "issued just now", now: notBefore, ms: 70 * hour },
  { what: "dated back by five minutes", now: notBefore + 5 * minute, ms: 70 * hour - 5 * minute },
  {
    what: "that has lived for longer than that already",
    now: notBefore + 80 * hour,
    ms: 10 * hour,
  },
  { what: "expired by a clock that is ahead", now: notBefore + 1_000 * hour, ms: 70 * hour },
  { what: "of the future by a clock that is behind", now: 0, ms: 70 * hour },
];
for (const { what, now, ms } of delays) {
  Deno.test(`a new certificate ${what} is used for ${ms / hour} hours`, () => {
    const delay = rotationDelayMs(life, { now, fraction: 0, isLinkRare: false });
    assert.equal(Math.round(delay), Math.round(ms));
  });
}

Deno.test("what a certificate lacks of a template is named, and no more", () => {
  const certificate = {
    commonName: "system:node:edge-1",
    organizations: ["system:nodes", "others"],
    dnsNames: ["edge-1", "edge-1.example"],
    ips: ["10.0.0.1", "fd00:0:0:0:0:0:0:1"],
  };
  const subject = { commonName: "system:node:edge-1", organization: "system:nodes" };
  const names = { dnsNames: ["edge-1"], ips: ["fd00::1"] };
  assert.deepEqual(missingFrom(certificate, { subject, ...names }), []);
  const other = { commonName: "system:node:edge-2", organization: "admins" };
  const more = { dnsNames: ["edge-2"], ips: ["10.0.0.1", "10.0.0.2"] };
  assert.deepEqual(missingFrom(certificate, { subject: other, ...more }), [
    "system:node:edge-2",
    "admins",
    "edge-2",
    "10.0.0.2",
  ]);
});
