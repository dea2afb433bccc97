/** Tokens as kubeadm prints them, and what is said of others. */
import assert from "node:assert/strict";
import { parseBootstrapToken, tokenText } from "./bootstrap_token.ts";

Deno.test("a token has an id and a secret, and is written as it was read", () => {
  const parsed = parseBootstrapToken("abcdef.0123456789abcdef");
  assert.deepEqual(parsed, { ok: true, value: { id: "abcdef", secret: "0123456789abcdef" } });
  assert(parsed.ok);
  assert.equal(tokenText(parsed.value), "abcdef.0123456789abcdef");
});

const wrong = [
  { text: "", found: "0 characters without a dot" },
  { text: "abcdef", found: "6 characters without a dot" },
  { text: "abcde.9876543210fedcba", found: "5 characters before the dot" },
  { text: "abcdef.9876543210fedcb", found: "15 characters after the dot" },
  { text: "abcdef.9876543210fedcba.x", found: "2 dots" },
  { text: "ABCDEF.9876543210fedcba", found: "other characters" },
  { text: "abcdef.9876543210fedcb ", found: "other characters" },
  { text: `K10${"a".repeat(64)}::server:secret`, found: "a token of k3s" },
];
for (const { text, found } of wrong) {
  Deno.test(`"${text}" is no bootstrap token`, () => {
    const parsed = parseBootstrapToken(text);
    assert(!parsed.ok);
    assert(parsed.error.endsWith(`found ${found}`), parsed.error);
    assert(!parsed.error.includes("fedcb"), "the secret is not shown");
  });
}
