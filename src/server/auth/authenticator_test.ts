/** Who is who, and who is nobody. */
import assert from "node:assert/strict";
import { Unavailable } from "../../ports/errors.ts";
import type { Credentials } from "./auth.ts";
import { createAuthenticator } from "./authenticator.ts";
import type { TokenReviewer } from "./token_review.ts";
import { anonymous, type User } from "./user.ts";

const user = (name: string, groups: readonly string[]): User => ({
  name,
  uid: "",
  groups,
  extra: {},
});

const tokens: TokenReviewer = {
  review(token) {
    if (token === "away") return Promise.reject(new Unavailable("away"));
    const groups: Readonly<Record<string, readonly string[]>> = {
      good: ["dev"],
      marked: ["system:authenticated", "dev"],
    };
    const own = groups[token];
    if (token === "anonymous") return Promise.resolve(user("system:anonymous", []));
    return Promise.resolve(own === undefined ? null : user("jane", own));
  },
};

const none: Credentials = { certificate: null, token: null };
const certificate = { commonName: "kate", organizations: ["system:masters"] };
const bad = { certificate: null, hasBadCertificate: true };
const kate = user("kate", ["system:masters", "system:authenticated"]);
const jane = user("jane", ["dev", "system:authenticated"]);

interface Case {
  readonly title: string;
  readonly given: Credentials;
  readonly off: User | null;
  /** With anonymous requests allowed. */
  readonly on?: User | null;
}

const cases: readonly Case[] = [
  { title: "no credentials", given: none, off: null, on: anonymous },
  { title: "a certificate", given: { certificate, token: null }, off: kate },
  { title: "a certificate before a token", given: { certificate, token: "good" }, off: kate },
  { title: "a certificate before a bad token", given: { certificate, token: "bad" }, off: kate },
  {
    title: "a certificate of nobody",
    given: { certificate: { commonName: "", organizations: ["dev"] }, token: null },
    off: null,
    on: anonymous,
  },
  { title: "a bad certificate", given: { ...bad, token: null }, off: null },
  { title: "a bad certificate and a token", given: { ...bad, token: "good" }, off: jane },
  { title: "a token", given: { ...none, token: "good" }, off: jane },
  { title: "a bad token", given: { ...none, token: "bad" }, off: null },
  {
    title: "a token of a user whose groups say so already",
    given: { ...none, token: "marked" },
    off: user("jane", ["system:authenticated", "dev"]),
  },
  {
    title: "a token of the anonymous user",
    given: { ...none, token: "anonymous" },
    off: user("system:anonymous", []),
  },
];
for (const { title, given, off, on = off } of cases) {
  Deno.test(title, async () => {
    for (const anonymousAllowed of [false, true]) {
      const { authenticate } = createAuthenticator({ tokens, anonymousAllowed });
      assert.deepEqual(await authenticate(given), anonymousAllowed ? on : off);
    }
  });
}

Deno.test("a token is nobody's without the API server, also where anonymous requests are allowed", async () => {
  const { authenticate } = createAuthenticator({ tokens, anonymousAllowed: true });
  await assert.rejects(authenticate({ ...none, token: "away" }), Unavailable);
});

Deno.test("where tokens do not count, who shows one is as who shows none", async () => {
  const given = { ...none, token: "good" };
  const closed = createAuthenticator({ tokens: null, anonymousAllowed: false });
  assert.equal(await closed.authenticate(given), null);
  const open = createAuthenticator({ tokens: null, anonymousAllowed: true });
  assert.equal(await open.authenticate(given), anonymous);
});

Deno.test("a certificate may name the user's UID", async () => {
  const { authenticate } = createAuthenticator({ tokens: null, anonymousAllowed: false });
  const known = await authenticate({ certificate: { ...certificate, uid: "u7" }, token: null });
  assert.equal(known?.uid, "u7");
});

Deno.test("a certificate's fingerprint identifies the credential", async () => {
  const { authenticate } = createAuthenticator({ tokens: null, anonymousAllowed: false });
  const known = await authenticate({
    certificate: { ...certificate, fingerprint: "ab" },
    token: null,
  });
  assert.deepEqual(known?.extra, {
    "authentication.kubernetes.io/credential-id": ["X509SHA256=ab"],
  });
});
