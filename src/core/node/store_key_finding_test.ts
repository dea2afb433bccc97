/** What is said of the store's key. */
import { equal, match } from "node:assert/strict";
import { storeKeyFinding } from "./store_key_finding.ts";

Deno.test("where the key comes from is said, and what the default does not protect", () => {
  const credential = { source: "Credential", path: "/run/k", error: null } as const;
  equal(storeKeyFinding(credential).detail, "/run/k, a systemd credential");
  const plain = storeKeyFinding({ source: "Default", path: "/key", error: null });
  match(plain.detail, /^\/key, a file on the same disk.*stolen$/);
  equal(plain.verdict, "ok");
});

Deno.test("a key that is missing is an error with its way out", () => {
  const { verdict, fix } = storeKeyFinding({ source: "File", path: "/usb/key", error: "gone" });
  equal(verdict, "error");
  match(fix ?? "", /medium that \/usb\/key lies on/);
});
