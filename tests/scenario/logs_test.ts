/** Stories of container logs: whose is read, and how they are rotated. */
import assert from "node:assert/strict";
import { Invalid, NotFound } from "../../src/ports/errors.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** The container's newest run writes a line. */
function say(world: World, container: string, text: string): void {
  const path = world.runtime.runsOf(container).at(-1)?.logPath ?? "";
  world.logFiles.append(path, `2026-01-01T00:00:00Z stdout F ${text}\n`);
}

/** Rejects with this class and message. */
async function refuses(
  reading: Promise<unknown>,
  error: { readonly class: typeof Invalid | typeof NotFound; readonly message: string },
): Promise<void> {
  await assert.rejects(reading, (err: Error) => {
    assert.ok(err instanceof error.class, err.name);
    assert.equal(err.message, error.message);
    return true;
  });
}

Deno.test("the only container's log needs no name", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").initContainer("fetch").container("main"));
  world.runtime.exit("web/fetch", { code: 0 });
  await world.advance(0);
  say(world, "web/main", "hello");
  assert.equal(await world.logs({ name: "web" }), "hello\n");
});

Deno.test("of several containers one must be named, unless the pod says which", async () => {
  await using world = await createWorld();
  const two = pod("web").sidecar("proxy").container("a").container("b");
  await world.apply(two);
  say(world, "web/b", "I am b");
  await refuses(world.logs({ name: "web" }), {
    class: Invalid,
    message: "a container name must be specified for pod web, choose one of: [a b] " +
      "or one of the init containers: [proxy]",
  });
  assert.equal(await world.logs({ name: "web", container: "b" }), "I am b\n");
  await refuses(world.logs({ name: "web", container: "c" }), {
    class: Invalid,
    message: "container c is not valid for pod web",
  });

  await world.apply(
    two.uid("other").annotations({ "kubectl.kubernetes.io/default-container": "b" }),
  );
  say(world, "web/b", "I am the other b");
  assert.equal(await world.logs({ name: "web" }), "I am the other b\n");
});

Deno.test("the run before is read with --previous", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  say(world, "web/main", "first run");
  await refuses(world.logs({ name: "web", previous: true }), {
    class: Invalid,
    message: 'previous terminated container "main" in pod "web" not found',
  });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(0);
  say(world, "web/main", "second run");
  assert.equal(await world.logs({ name: "web" }), "second run\n");
  assert.equal(await world.logs({ name: "web", previous: true }), "first run\n");
});

Deno.test("a container in its back-off shows the log of the run that failed", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(0);
  say(world, "web/main", "no config");
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
  assert.equal(await world.logs({ name: "web" }), "no config\n");
});

Deno.test("a container that has not run says what it waits for", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main", { image: "nowhere:1" }));
  const waiting = (why: string) => ({
    class: Invalid,
    message: `container "main" in pod "web" is waiting to start: ${why}`,
  });
  await refuses(world.logs({ name: "web" }), waiting("image can't be pulled"));
  await world.advance(1_000);
  await refuses(world.logs({ name: "web" }), waiting("trying and failing to pull image"));
  world.runtime.images.publish("slow:1", { takesMs: 60_000 });
  await world.apply(pod("web").uid("other").container("main", { image: "slow:1" }));
  await refuses(world.logs({ name: "web" }), waiting("ContainerCreating"));
});

Deno.test("a pod that is not there, and a log that is gone", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  await refuses(world.logs({ name: "shop" }), {
    class: NotFound,
    message: 'no pod "shop" in namespace "default" on this node',
  });
  const [run] = world.runtime.runsOf("web/main");
  await world.logFiles.remove(run?.logPath ?? "");
  await refuses(world.logs({ name: "web" }), {
    class: NotFound,
    message: `unable to retrieve container logs for containerd://${run?.id}`,
  });
});

Deno.test("following ends with the container", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").restartPolicy("Never"));
  say(world, "web/main", "a");
  const following = world.logs({ name: "web", follow: true });
  await world.advance(5_000);
  say(world, "web/main", "b");
  world.runtime.exit("web/main", { code: 0 });
  await world.advance(1_000);
  assert.equal(await following, "a\nb\n");
});

Deno.test("a log that outgrows its limit is rotated, compressed and at last deleted", async () => {
  const logRotation = { maxBytes: 100, maxFiles: 3, intervalMs: 10_000 };
  await using world = await createWorld({ settings: { logRotation } });
  await world.apply(pod("web"));
  for (let round = 0; round < 4; round++) {
    say(world, "web/main", "x".repeat(100));
    await world.advance(10_000);
  }
  const directory = "/var/log/pods/default_web_web-uid/main";
  assert.deepEqual(world.logFiles.names(), [
    `${directory}/0.log`,
    `${directory}/0.log.20260101-000030.gz`,
    `${directory}/0.log.20260101-000040`,
  ]);
});
