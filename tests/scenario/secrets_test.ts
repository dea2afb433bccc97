/** A story of planted secrets: pods and registries get them, and nothing that is told to anybody shows them. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import { createAccessReviewer } from "../../src/server/auth/access_review.ts";
import { createAuthenticator } from "../../src/server/auth/authenticator.ts";
import { createGate } from "../../src/server/auth/gate.ts";
import { createTokenReviewer } from "../../src/server/auth/token_review.ts";
import { createSecurityLog } from "../../src/server/security_log.ts";
import { pod } from "../fakes/pods.ts";
import { answerReviews } from "../fakes/reviews.ts";
import { objectsOf, read } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

const planted = {
  variable: "planted-in-variable",
  file: "planted-in-file",
  podPassword: "planted-for-pull",
  nodePassword: "planted-on-node",
  caller: "planted-token-of-caller",
  stranger: "planted-token-of-stranger",
  argument: "planted-argument",
};

/** Secrets are also looked for in the form in which objects and headers carry them. */
const forms = Object.values(planted).flatMap((
  secret,
) => [secret, btoa(secret), btoa(`ann:${secret}`)]);

const tokenVolume = {
  projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 3600 } }] },
};

const secretPod = pod("web").spec({
  imagePullSecrets: [{ name: "pull" }],
  serviceAccountName: "robot",
})
  .volume("keys", { secret: { secretName: "keys" } })
  .volume("api", tokenVolume)
  .container("main", {
    image: "registry.example/private:1",
    env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "variable" } } }],
  });

async function stage(): Promise<World> {
  const credentials = [{ username: "ann", password: planted.nodePassword }];
  const world = await createWorld({ inCluster: true, credentials });
  const objects = objectsOf(world);
  await objects.putAccount("robot");
  await objects.putSecret("keys", { variable: planted.variable, file: planted.file });
  const auths = { "registry.example": { username: "ann", password: planted.podPassword } };
  await objects.putSecret("pull", { ".dockerconfigjson": JSON.stringify({ auths }) }, {
    type: "kubernetes.io/dockerconfigjson",
  });
  return world;
}

/** All that people and programs get to see of a node: log, events, pods, and what the API server is told. */
function everythingTold(world: World): string {
  const log = world.log.records.map(({ message, fields }) => [
    message,
    ...Object.entries(fields).map(([key, value]) => [key, shown(value)]),
  ]);
  const { requests } = world.cluster.server;
  const told = requests.filter(({ path }) => !/tokenreviews$/.test(path));
  return JSON.stringify([log, world.events("web"), world.pod("web"), told]);
}

/** With the causes, which a careless change might print one day. */
function shown(value: unknown): unknown {
  return value instanceof Error ? [value.message, value.stack, shown(value.cause)] : value;
}

function assertNothingPlanted(text: string, more: readonly string[] = []): void {
  for (const secret of [...forms, ...more]) assert.ok(!text.includes(secret), secret);
}

Deno.test("what a pod is given in secret stays between it and the runtime, also when everything fails", async () => {
  await using world = await stage();
  // The registry takes neither credential.
  const right = { username: "ann", password: "other" };
  world.runtime.images.publish("registry.example/private:1", { auth: right });
  await world.cluster.bind(secretPod);
  await world.advance(60_000);
  assert.match(world.row("web"), /ErrImagePull|ImagePullBackOff/);
  assertNothingPlanted(everythingTold(world));

  // Now one of them is right, and the API server fails meanwhile.
  const auth = { username: "ann", password: planted.podPassword };
  world.runtime.images.publish("registry.example/private:1", { auth });
  world.cluster.server.fail({ path: "/secrets", status: 500, times: 3 });
  world.cluster.server.endWatches();
  await world.advance(600_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(read(world, "secret/keys/file"), planted.file);
  const { env } = world.runtime.configOf("web/main");
  assert.ok(env.some(({ value }) => value === planted.variable), "the pod itself has it");
  const token = read(world, "projected/api/token");
  assert(token !== undefined);

  await world.cluster.delete("web", { graceSeconds: 0 });
  await world.advance(60_000);
  assertNothingPlanted(everythingTold(world), [token]);
});

Deno.test("no token of a caller and no argument of a command is told", async () => {
  await using world = await stage();
  const { clock, cluster: { kube, server }, log } = world;
  const asked = answerReviews(server, {
    users: { [planted.caller]: { username: "jane" } },
    allowed: { jane: ["proxy"] },
  });
  const lines: string[] = [];
  const gate = createGate({
    authenticator: createAuthenticator({
      tokens: createTokenReviewer({ kube, clock, cacheTtlMs: 0, hashKey: new Uint8Array(32) }),
      anonymousAllowed: false,
    }),
    authorizer: createAccessReviewer({
      kube,
      clock,
      nodeName: "edge-1",
      authorizedTtlMs: 0,
      unauthorizedTtlMs: 0,
    }),
    metrics: createAgentMetrics().api,
    securityLog: createSecurityLog({ clock, log, write: (line) => void lines.push(line) }),
  });
  const ask = (token: string) =>
    gate.admit({
      method: "POST",
      path: "/exec/default/web/main",
      query: `command=mysql&command=-p${planted.argument}`,
      remoteAddress: "10.0.0.1:5000",
      credentials: { certificate: null, token },
    });
  const answers = [await ask(planted.caller), await ask(planted.stranger)];
  server.fail({ path: "/tokenreviews", status: 500, times: 2, body: planted.caller });
  answers.push(await ask(planted.caller));
  server.goDown();
  answers.push(await ask(planted.stranger));
  assert.ok(asked.includes(`token ${planted.caller}`), "the API server itself is told");
  assert.equal(lines.length, 4);
  assertNothingPlanted(lines.join("") + JSON.stringify(answers) + everythingTold(world));
});

Deno.test("no Secret and no token lies in a file that is not in memory", async () => {
  await using world = await stage();
  world.runtime.images.publish("registry.example/private:1", {});
  const both = { projected: { sources: [{ secret: { name: "keys" } }] } };
  await world.cluster.bind(secretPod.volume("both", both));
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  const token = read(world, "projected/api/token") ?? "";
  const secret = [...forms, token];
  const { tree } = world.files;
  const inMemory = [...tree].filter(([, { kind }]) => kind === "tmpfs").map(([path]) => `${path}/`);
  const holders = [...tree].filter(([, { content }]) =>
    secret.some((each) => content.includes(each))
  );
  assert.ok(holders.length >= 5, "two volumes with both keys, and the token");
  for (const [path] of holders) {
    assert.ok(inMemory.some((mount) => path.startsWith(mount)), path);
  }
});
