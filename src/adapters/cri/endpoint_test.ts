/** Which runtime endpoints are taken. */
import assert from "node:assert/strict";
import { Invalid } from "../../ports/errors.ts";
import { socketPath } from "./endpoint.ts";

const setting = "containerRuntimeEndpoint";

Deno.test("an endpoint is the path of a unix socket", () => {
  const endpoint = "unix:///run/containerd/containerd.sock";
  assert.equal(socketPath({ endpoint, setting }), "/run/containerd/containerd.sock");
});

for (
  const endpoint of [
    "",
    "/run/x.sock",
    "unix://",
    "unix:///",
    "unix:x",
    "tcp://1.2.3.4:5",
    "npipe:////x",
  ]
) {
  Deno.test(`"${endpoint}" is no endpoint, and the setting is named`, () => {
    assert.throws(
      () => socketPath({ endpoint, setting }),
      (error) => error instanceof Invalid && error.message.startsWith("containerRuntimeEndpoint: "),
    );
  });
}
