/** The runtime's errors as errors of the ports. */
import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  NotFound,
  PortError,
  RuntimeAway,
  Unavailable,
} from "../../ports/errors.ts";
import { bare, isUnimplemented, portError, pullError } from "./errors.ts";

const classes = [
  [status.UNAVAILABLE, RuntimeAway, "Unavailable"],
  [status.DEADLINE_EXCEEDED, Unavailable, "DeadlineExceeded"],
  [status.CANCELLED, RuntimeAway, "Canceled"],
  [status.NOT_FOUND, NotFound, "NotFound"],
  [status.ALREADY_EXISTS, Conflict, "AlreadyExists"],
  [status.INVALID_ARGUMENT, Invalid, "InvalidArgument"],
  [status.PERMISSION_DENIED, Forbidden, "PermissionDenied"],
  [status.UNAUTHENTICATED, Forbidden, "Unauthenticated"],
  [status.UNKNOWN, Failed, "Unknown"],
  [status.INTERNAL, Failed, "Internal"],
  [status.RESOURCE_EXHAUSTED, Failed, "ResourceExhausted"],
] as const;

for (const [code, Class, name] of classes) {
  Deno.test(`${name} becomes ${Class.name} in the words of Go's gRPC`, () => {
    const error = portError({ code, details: "why" });
    assert.equal(error.constructor, Class);
    assert.equal(error.message, `rpc error: code = ${name} desc = why`);
  });
}

Deno.test("a containerd that is still starting is away", () => {
  const error = portError({ code: status.UNKNOWN, details: "server is not initialized yet" });
  assert.equal(error.constructor, RuntimeAway);
});

Deno.test("bare words lose the prefix and keep the class, unless the runtime is away", () => {
  const missing = bare(portError({ code: status.NOT_FOUND, details: "no such image" }));
  assert.ok(missing instanceof NotFound);
  assert.equal(missing.message, "no such image");
  const away = portError({ code: status.UNAVAILABLE, details: "gone" });
  assert.equal(bare(away), away);
  const other = new TypeError("x");
  assert.equal(bare(other), other);
});

Deno.test("only UNIMPLEMENTED means that a call is not known", () => {
  assert.ok(isUnimplemented(portError({ code: status.UNIMPLEMENTED, details: "" })));
  assert.ok(!isUnimplemented(portError({ code: status.UNKNOWN, details: "" })));
  assert.ok(!isUnimplemented(new Error("x")));
});

const resolve = 'failed to pull and unpack image "a:1": failed to resolve reference "a:1": ';
const pulls = [
  [status.UNKNOWN, `${resolve}dial tcp: connection refused`, Failed, false],
  [status.NOT_FOUND, `${resolve}a:1: not found`, Failed, true],
  [status.UNKNOWN, `${resolve}pull access denied, insufficient_scope`, Forbidden, false],
  [status.UNKNOWN, `${resolve}unexpected status: 401 Unauthorized`, Forbidden, false],
  [status.UNKNOWN, `${resolve}failed to authorize: failed to fetch oauth token`, Forbidden, false],
  [status.PERMISSION_DENIED, `${resolve}403 Forbidden`, Forbidden, true],
  [status.UNAVAILABLE, `${resolve}503 Service Unavailable`, Failed, true],
  [status.DEADLINE_EXCEEDED, `${resolve}context deadline exceeded`, Failed, true],
  [status.UNAVAILABLE, "Connection dropped", RuntimeAway, true],
  [status.INVALID_ARGUMENT, "failed to parse image reference", Failed, true],
] as const;

for (const [code, details, Class, prefixed] of pulls) {
  Deno.test(`a pull that ends with ${code} "${details.slice(-40)}" is ${Class.name}`, () => {
    const error = pullError(portError({ code, details }));
    assert.ok(error instanceof PortError);
    assert.equal(error.constructor, Class);
    assert.equal(error.message.startsWith("rpc error: code = "), prefixed);
    assert.ok(error.message.endsWith(details));
  });
}
