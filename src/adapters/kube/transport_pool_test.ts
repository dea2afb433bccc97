/** Which connections serve which access, and when they are closed. */
import assert from "node:assert/strict";
import type { Access } from "./access.ts";
import { createTransportPool } from "./transport_pool.ts";

function setUp() {
  const open: string[] = [];
  const pool = createTransportPool(({ certificate }) => {
    const name = certificate?.certPem ?? "none";
    open.push(name);
    return {
      fetch: () => Promise.reject(new Error("not asked for")),
      close: () => void open.splice(open.indexOf(name), 1),
    };
  });
  return { open, pool };
}

function access(certPem: string, authorization?: string): Access {
  return {
    cluster: { server: "https://x" },
    certificate: { certPem, keyPem: "key" },
    ...(authorization !== undefined && { authorization }),
  };
}

Deno.test("one transport serves all requests of a certificate, whatever their token", () => {
  const { open, pool } = setUp();
  const [one, two] = [pool.hold(access("a", "Bearer 1")), pool.hold(access("a", "Bearer 2"))];
  assert.equal(one.transport, two.transport);
  assert.deepEqual(open, ["a"]);
});

Deno.test("after a rotation the old one is closed once its last request has ended", () => {
  const { open, pool } = setUp();
  const [watch, list] = [pool.hold(access("a")), pool.hold(access("a"))];
  using _fresh = pool.hold(access("b"));
  assert.deepEqual(open, ["a", "b"]);
  list[Symbol.dispose]();
  assert.deepEqual(open, ["a", "b"]);
  watch[Symbol.dispose]();
  assert.deepEqual(open, ["b"]);
});

Deno.test("an unused one is closed as soon as it is old, a used one is kept for the next request", () => {
  const { open, pool } = setUp();
  pool.hold(access("a"))[Symbol.dispose]();
  assert.deepEqual(open, ["a"]);
  pool.hold(access("b"))[Symbol.dispose]();
  assert.deepEqual(open, ["b"]);
});

Deno.test("after a request that had no answer the next one gets fresh connections", () => {
  const { open, pool } = setUp();
  const lost = pool.hold(access("a"));
  lost.retire();
  using next = pool.hold(access("a"));
  assert.notEqual(next.transport, lost.transport);
  lost[Symbol.dispose]();
  assert.deepEqual(open, ["a"]);
});

Deno.test("closing closes all", () => {
  const { open, pool } = setUp();
  pool.hold(access("a"));
  const late = pool.hold(access("b"));
  pool.close();
  assert.deepEqual(open, []);
  late[Symbol.dispose]();
});
