/** A kubeconfig and the files that it names are followed as they change. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { orNull } from "../linux/or_null.ts";
import { Invalid, Unavailable } from "../../ports/errors.ts";
import { kubeconfigAccess } from "./kubeconfig_access.ts";

const second = 1_000;

function kubeconfig(user: unknown, server = "https://10.0.0.1:6443"): string {
  return stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

async function setUp(user: unknown) {
  const folder = temporaryFolder();
  const [clock, log] = [fakeClock(), fakeLog()];
  const path = `${folder.path}/kube.conf`;
  const write = (name: string, text: string) =>
    Deno.writeTextFile(`${folder.path}/${name}`, text, { mode: 0o755 });
  if (user !== undefined) await write("kube.conf", kubeconfig(user));
  return {
    access: kubeconfigAccess({ path, clock, log }),
    clock,
    log,
    path,
    write,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

Deno.test("a login, a token and a certificate become what requests carry", async () => {
  const cluster = { server: "https://10.0.0.1:6443" };
  const pair = { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") };
  for (
    const [user, given] of [
      [null, {}],
      [{ username: "ü", password: "p" }, { authorization: "Basic w7w6cA==" }],
      [{ token: "abc" }, { authorization: "Bearer abc" }],
      [pair, { certificate: { certPem: "CERT", keyPem: "KEY" } }],
    ]
  ) {
    using it = await setUp(user);
    assert.deepEqual(await it.access.current(), { cluster, ...Object(given) });
  }
});

Deno.test("it is the same object until something changes", async () => {
  using it = await setUp({ tokenFile: "token" });
  await it.write("token", "one\n");
  const first = await it.access.current();
  await it.clock.advance(60 * second);
  assert.equal(await it.access.current(), first);
  await it.write("token", "two\n");
  assert.equal(await it.access.current(), first);
  await it.clock.advance(10 * second);
  assert.equal((await it.access.current()).authorization, "Bearer two");
});

Deno.test("what the server refuses is read at once, and no other", async () => {
  using it = await setUp({ tokenFile: "token" });
  await it.write("token", "one");
  const first = await it.access.current();
  assert.equal(await it.access.current(first), first);
  await it.write("token", "two");
  const [again, too] = await Promise.all([it.access.current(first), it.access.current(first)]);
  assert.equal(again.authorization, "Bearer two");
  assert.equal(too, again);
  await it.write("token", "three");
  assert.equal(await it.access.current(first), again);
});

Deno.test("a certificate that is rotated is taken up, with another server too", async () => {
  using it = await setUp({ "client-certificate": "both.pem", "client-key": "both.pem" });
  await it.write("both.pem", "ONE");
  const first = await it.access.current();
  assert.deepEqual(first.certificate, { certPem: "ONE", keyPem: "ONE" });
  await it.write("both.pem", "TWO");
  await it.clock.advance(10 * second);
  assert.deepEqual((await it.access.current()).certificate, { certPem: "TWO", keyPem: "TWO" });
  await it.write("kube.conf", kubeconfig({ token: "t" }, "https://other:6443"));
  await it.clock.advance(10 * second);
  assert.deepEqual(await it.access.current(), {
    cluster: { server: "https://other:6443" },
    authorization: "Bearer t",
  });
});

Deno.test("a file that is broken later changes nothing, and is told of once", async () => {
  using it = await setUp({ tokenFile: "token" });
  await it.write("token", "one");
  const first = await it.access.current();
  await it.write("kube.conf", "clusters: {");
  for (let times = 0; times < 3; times++) {
    await it.clock.advance(10 * second);
    assert.equal(await it.access.current(), first);
  }
  assert.equal(it.log.messages("warn").length, 1);
  await it.write("kube.conf", kubeconfig({ token: "two" }));
  await it.clock.advance(10 * second);
  assert.equal((await it.access.current()).authorization, "Bearer two");
});

Deno.test("without any access it is said what is missing", async () => {
  using nothing = await setUp(undefined);
  await assert.rejects(
    nothing.access.current(),
    (error) => error instanceof Unavailable && error.message.includes(nothing.path),
  );
  using broken = await setUp({ as: "admin" });
  await assert.rejects(
    broken.access.current(),
    (error) => error instanceof Invalid && error.message.startsWith(`${broken.path}:`),
  );
  using missing = await setUp({ tokenFile: "token" });
  await assert.rejects(missing.access.current(), /token, which the kubeconfig names/);
  await missing.write("token", " \n");
  await assert.rejects(missing.access.current(), /is empty/);
  await missing.write("token", "late");
  assert.equal((await missing.access.current()).authorization, "Bearer late");
});

/** A program that counts its runs into a file and gives a token with their number. */
const plugin = `#!/bin/sh
echo run >> "$(dirname "$0")/runs"
count=$(wc -l < "$(dirname "$0")/runs")
echo "$KUBERNETES_EXEC_INFO $FLAVOUR $1" > "$(dirname "$0")/seen"
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",'
printf '"status":{"token":"t%d","expirationTimestamp":"2026-01-01T01:00:00Z"}}' "$count"
`;

const exec = {
  apiVersion: "client.authentication.k8s.io/v1",
  command: "./plugin",
  args: ["--fast"],
  env: [{ name: "FLAVOUR", value: "salty" }],
  interactiveMode: "Never",
  installHint: "apt install plugin",
};

Deno.test("a program gives a token, anew when it is over or refused", async () => {
  using it = await setUp({ exec });
  await it.write("plugin", plugin);
  const token = async (refused?: Awaited<ReturnType<typeof it.access.current>>) =>
    (await it.access.current(refused)).authorization;
  assert.equal(await token(), "Bearer t1");
  const seen = await Deno.readTextFile(it.path.replace("kube.conf", "seen"));
  assert.match(seen, /"apiVersion":"client\.authentication\.k8s\.io\/v1".* salty --fast/);
  await it.clock.advance(1_800 * second);
  assert.equal(await token(), "Bearer t1");
  assert.equal(await token(await it.access.current()), "Bearer t2");
  assert.equal(await token(await it.access.current()), "Bearer t2");
  await it.clock.advance(1_800 * second);
  assert.equal(await token(), "Bearer t3");
});

Deno.test("a program that is missing or fails is told of, and not run without end", async () => {
  using it = await setUp({ exec });
  await assert.rejects(it.access.current(), /plugin gave no credential: .*\(apt install plugin\)/);
  await it.write("plugin", "#!/bin/sh\necho run >> $0.runs; echo no luck >&2; exit 3\n");
  await it.clock.advance(10 * second);
  for (let times = 0; times < 3; times++) {
    await assert.rejects(it.access.current(), /exit code 3: no luck/);
  }
  const runs = await Deno.readTextFile(it.path.replace("kube.conf", "plugin.runs"));
  assert.equal(runs, "run\n");
});

for (
  const [what, script] of [
    ["hangs", "sleep 600"],
    ["hangs and will not be asked to end", "trap '' TERM; sleep 600; sleep 600"],
    ["leaves somebody behind who holds its output open", "sleep 600 &"],
  ] as const
) {
  Deno.test(`a program that ${what} is ended after a minute, with all that it has started`, async () => {
    using it = await setUp({ exec });
    await it.write("plugin", `#!/bin/sh\necho run > $0.runs; ${script}\n`);
    const got = it.access.current().catch((error: unknown) => error);
    const isRunning = () => orNull(Deno.stat(it.path.replace("kube.conf", "plugin.runs")));
    while (await isRunning() === null) await it.clock.settle();
    await it.clock.advance(60 * second);
    assert.match(String(await got), /plugin gave no credential/);
    assert.equal(it.clock.pendingTimers, 0);
  });
}
