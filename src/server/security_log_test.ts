/** What the security log holds: each refusal, until they are too many; never a secret, never two lines for one. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { createSecurityLog } from "./security_log.ts";
import { recordOf, type RecordSource } from "./security_record.ts";

type Request = RecordSource["request"];

function record(request: Partial<Request> = {}, user: RecordSource["user"] = null) {
  const given = { method: "GET", path: "/pods", query: "", remoteAddress: "10.0.0.1:5000" };
  return recordOf({ request: { ...given, ...request }, user }, { status: 401, reason: "none" });
}

function setup() {
  const clock = fakeClock();
  const log = fakeLog();
  const lines: string[] = [];
  const disk = { full: false };
  const security = createSecurityLog({
    clock,
    log,
    write(line) {
      if (disk.full) throw new Error("No space left on device");
      lines.push(line);
    },
  });
  const parsed = () => lines.map((line) => JSON.parse(line));
  return { clock, log, lines, disk, security, parsed };
}

const jane = { name: "jane", uid: "u1", groups: ["dev"], extra: { scopes: ["planted"] } };

Deno.test("a record says who, from where, what, why and when", () => {
  const { security, parsed } = setup();
  security.refused(
    record({ path: "/exec/default/web/main", query: "command=ls&command=-l" }, jane),
  );
  assert.deepEqual(parsed(), [{
    ts: "2026-01-01T00:00:00.000Z",
    verdict: "refused",
    status: 401,
    user: "jane",
    groups: ["dev"],
    address: "10.0.0.1:5000",
    method: "GET",
    verb: "get",
    subresources: ["proxy"],
    path: "/exec/default/web/main",
    action: "exec",
    namespace: "default",
    pod: "web",
    container: "main",
    program: "ls",
    arguments: 1,
    reason: "none",
  }]);
});

const actions: readonly (readonly [path: string, query: string, expected: object])[] = [
  ["/run/ns/web/main", "cmd=cat%20/etc/passwd", {
    action: "run",
    container: "main",
    program: "cat",
    arguments: 1,
  }],
  ["/exec/ns/web/uid/main", "command=id", {
    action: "exec",
    container: "main",
    program: "id",
    arguments: 0,
  }],
  ["/attach/ns/web/main", "stdin=1", { action: "attach", container: "main" }],
  ["/portForward/ns/web", "port=80", { action: "portForward" }],
  ["/portForward/ns/web/uid", "", { action: "portForward" }],
];
for (const [path, query, expected] of actions) {
  Deno.test(`what is done by ${path} is recorded`, () => {
    const { action, namespace, pod, container, program, arguments: count } = record({
      path,
      query,
    });
    const shown = { action, container, program, arguments: count };
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), expected);
    assert.deepEqual([namespace, pod], ["ns", "web"]);
  });
}

Deno.test("no query, no argument of a command and nothing extra of a user is in it", () => {
  const { security, lines } = setup();
  const separate = "command=mysql&command=-pplanted&token=planted&cmd=mysql%20planted";
  const oneWord = "command=mysql%20-pplanted&cmd=mysql%09-pplanted";
  for (const query of [separate, oneWord]) {
    for (const path of ["/exec/a/b/c", "/run/a/b/c", "/pods"]) {
      security.refused(record({ path, query }, jane));
    }
  }
  assert.equal(lines.length, 6);
  assert.doesNotMatch(lines.join(""), /planted/);
});

Deno.test("of the program its name is told, up to 64 characters", () => {
  const long = `/${"x".repeat(100)}`;
  const cases = { "mysql%20-psecret": "mysql", "%0Als": "ls", [long]: `${long.slice(0, 64)}…` };
  for (const [word, program] of Object.entries(cases)) {
    const shown = record({ path: "/exec/a/b/c", query: `command=${word}` });
    assert.deepEqual([shown.program, shown.arguments], [program, 0]);
  }
});

Deno.test("whatever a client sends is one short line of plain characters", () => {
  const { security, lines } = setup();
  const odd = '\n"}\u2028\u202e\x1b[2J\x7fé'.repeat(20_000);
  security.refused(record(
    { path: odd, method: odd, query: `command=${encodeURIComponent(odd)}` },
    { name: odd, uid: odd, groups: Array.from({ length: 10_000 }, () => odd), extra: {} },
  ));
  assert.match(lines.join(""), /^[\x20-\x7e]+\n$/);
  assert.ok((lines[0] ?? "").length < 100_000);
});

Deno.test("of 2,000 refusals a second a few are written, and all are counted", async () => {
  const { clock, security, parsed, lines } = setup();
  for (let ms = 0; ms < 30_000; ms += 10) {
    for (let i = 0; i < 20; i++) security.refused(record({ remoteAddress: `10.0.0.${i}:${ms}` }));
    await clock.advance(10);
  }
  assert.ok(lines.length < 120, `${lines.length} lines`);
  const written = lines.length;
  await clock.advance(60_000);
  const summary = parsed().at(-1);
  assert.equal(summary.leftOut + written, 60_000);
  const hosts: number[] = Object.values(summary.hosts);
  assert.equal(hosts.length, 17);
  assert.equal(hosts.reduce((sum, each) => sum + each, 0), summary.leftOut);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("what a server wanted to reach through the tunnel is recorded, and counts among the rest under a flood", async () => {
  const { clock, security, parsed } = setup();
  const dial = { server: "[fd00::1]:6443", target: "tcp/10.0.0.1:22", reason: "not allowed" };
  for (let i = 0; i < 1_000; i++) security.dialRefused(dial);
  assert.deepEqual(parsed()[0], { ts: "2026-01-01T00:00:00.000Z", verdict: "refused", ...dial });
  await clock.advance(60_000);
  assert.deepEqual(parsed().at(-1).hosts, { "[fd00::1]": 900 });
});

Deno.test("what goes on inside of pods is recorded under a flood as well", () => {
  const { security, parsed } = setup();
  for (let i = 0; i < 1_000; i++) security.refused(record());
  security.allowed(record({ path: "/exec/default/web/main" }, jane));
  security.allowed(record({ path: "/metrics" }, jane));
  assert.equal(parsed().at(-1).action, "exec");
});

Deno.test("an action that is refused is not crowded out by a flood, not even by one of strangers' actions", () => {
  const { security, parsed } = setup();
  const exec = { path: "/exec/default/web/main" };
  for (let i = 0; i < 1_000; i++) security.refused(record());
  for (let i = 0; i < 10_000; i++) security.refused(record(exec));
  const strangers = parsed().filter(({ action }) => action === "exec").length;
  assert.equal(strangers, 1_000);
  security.refused(record(exec, jane));
  assert.equal(parsed().at(-1).user, "jane");
});

Deno.test("what was left out is told of when the agent stops", () => {
  const { clock, security, parsed } = setup();
  for (let i = 0; i < 101; i++) security.refused(record());
  security[Symbol.dispose]();
  assert.deepEqual(parsed().at(-1).hosts, { "10.0.0.1": 1 });
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("a full disk costs records, is told of once, and the next record says how many", () => {
  const { disk, log, security, parsed } = setup();
  disk.full = true;
  for (let i = 0; i < 3; i++) security.refused(record());
  disk.full = false;
  security.refused(record());
  security.refused(record());
  assert.deepEqual(parsed().map(({ lostBefore }) => lostBefore), [3, undefined]);
  assert.deepEqual(log.messages("error"), ["Security records cannot be written and are lost"]);
});
