/** Stories of those who want to reach into containers: whom they get, and what they are told where there is nobody. */
import assert from "node:assert/strict";
import { podStreamUrl, runInPod } from "../../src/agent/pod_streams.ts";
import type { ContainerRef, StreamRequest } from "../../src/core/stream/stream_request.ts";
import { Failed, NotFound } from "../../src/ports/errors.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

const main: ContainerRef = { namespace: "default", pod: "web", container: "main" };
const streams = { stdin: true, stdout: true, stderr: false, tty: false };

function exec(target: Partial<ContainerRef> = {}): StreamRequest {
  return { kind: "exec", target: { ...main, ...target }, command: ["sh"], streams };
}

async function open(world: World, request: StreamRequest): Promise<string | undefined> {
  const { agent: { pods }, runtime } = world;
  const url = await podStreamUrl(request, { pods, runtime });
  assert.equal(url.hostname, "127.0.0.1");
  return runtime.story().at(-1);
}

async function run(world: World, command: readonly string[]): Promise<string> {
  const { agent: { pods }, runtime } = world;
  return new TextDecoder().decode(await runInPod(main, { command }, { pods, runtime }));
}

Deno.test("a command runs in the container's newest run", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  assert.equal(await open(world, exec()), "exec web/main stdin,stdout sh");
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(20_000);
  assert.equal(await open(world, exec()), "exec web/main#1 stdin,stdout sh");
  assert.equal(await open(world, exec({ uid: "web-uid" })), "exec web/main#1 stdin,stdout sh");
});

Deno.test("who attaches gets a terminal where the process has one, whatever is asked for", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main").container("shell", { tty: true }));
  const attach = (container: string, tty: boolean): StreamRequest => ({
    kind: "attach",
    target: { ...main, container },
    streams: { ...streams, tty },
  });
  assert.equal(await open(world, attach("main", true)), "attach web/main stdin,stdout");
  assert.equal(await open(world, attach("shell", false)), "attach web/shell stdin,stdout,tty");
});

Deno.test("connections are forwarded into the pod's newest sandbox", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.killSandbox("web-uid");
  await world.advance(20_000);
  const request: StreamRequest = { kind: "portForward", target: main };
  assert.equal(await open(world, request), "portForward web#1");
  assert.equal(await open(world, { ...request, ports: [80, 443] }), "portForward web#1 80 443");
});

Deno.test("/run gives what a command wrote, and why it failed", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.onExec(
    "web/main",
    ([name]) =>
      name === "good"
        ? { stdout: "out\n", stderr: "err\n" }
        : { stdout: "half\n", stderr: "no such thing\n", exitCode: 3 },
  );
  assert.equal(await run(world, ["good"]), "out\nerr\n");
  await assert.rejects(run(world, ["bad", "thing"]), {
    name: "Failed",
    message: "command 'bad thing' exited with 3: no such thing\n",
  });
});

Deno.test("what is not there is told in the kubelet's words", async (t) => {
  await using world = await createWorld();
  await world.apply(pod("web"), pod("done").restartPolicy("Never"));
  world.runtime.exit("done/main", { code: 0 });
  await world.advance(1_000);
  const done = { namespace: "default", pod: "done" };
  type Case = readonly [StreamRequest, typeof Failed | typeof NotFound, string];
  const cases: Readonly<Record<string, Case>> = {
    "no pod": [exec({ pod: "nope" }), NotFound, "pod does not exist"],
    "a pod of another namespace": [exec({ namespace: "shop" }), NotFound, "pod does not exist"],
    "an earlier pod of the name": [exec({ uid: "other" }), NotFound, "pod not found"],
    "no container": [exec({ container: "x" }), Failed, 'container not found ("x")'],
    "one that climbs": [exec({ container: "../main" }), Failed, 'container not found ("../main")'],
    "one that has ended": [exec({ pod: "done" }), Failed, 'container not found ("main")'],
    "a pod that has ended": [
      { kind: "portForward", target: done },
      Failed,
      "rpc error: code = Unknown desc = sandbox container is not running",
    ],
  };
  for (const [what, [request, type, message]] of Object.entries(cases)) {
    await t.step(what, () =>
      assert.rejects(open(world, request), (error: Error) => {
        assert.ok(error instanceof type, error.name);
        assert.equal(error.message, message);
        return true;
      }));
  }
});
