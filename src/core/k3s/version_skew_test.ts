/** Which releases go together. */
import assert from "node:assert/strict";
import { versionSkew } from "./version_skew.ts";

const node = "v1.37.2+skerry.0.1.0";

for (
  const [server, text] of [
    ["v1.37.0+k3s1", ""],
    ["v1.40.1+k3s1", ""],
    ["v1.41.0+k3s1", /more than 3 minor releases older$/],
    ["v1.36.9+k3s2", /which is newer than the server$/],
    ["unknown", ""],
  ] as const
) {
  Deno.test(`a node like ${node} and a server of ${server}`, () => {
    const said = versionSkew({ node, server });
    assert.ok(text === "" ? said === "" : text.test(said), said);
  });
}
