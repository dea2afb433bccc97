/** Stories of pods that are deleted or evicted, and of what they leave. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** What of a pod is left on the node. */
function traces(world: World, uid: string): readonly string[] {
  const names = [
    ...world.files.tree.keys(),
    ...world.cgroups.groups.keys(),
    ...world.store.memories.kept.keys(),
  ];
  const sandboxes = world.runtime.sandboxesOf(uid).map(({ id }) => `sandbox ${id}`);
  return [...names.filter((name) => name.includes(uid)), ...sandboxes];
}

Deno.test("a deleted pod is stopped politely and leaves no trace", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.apply(pod("web").volume("data").container("main"));
  assert.notDeepEqual(traces(world, "web-uid"), []);
  world.runtime.forgetCalls();

  await world.delete("web");
  assert.equal(world.row("web"), "1/1 Terminating");
  assert.equal(world.pod("web")?.metadata.deletionTimestamp, "2026-01-01T00:00:30Z");
  assert.equal(world.events("web").at(-1), "Normal Killing Stopping container main");
  await world.advance(5_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.runtime.story(), [
    "stopContainer web/main 30s",
    "stopSandbox web",
    "removeSandbox web",
  ]);
  assert.deepEqual(traces(world, "web-uid"), []);
  assert.deepEqual(
    world.log.records.flatMap(({ message, fields }) =>
      message === "Pod changed its phase" ? [fields["phase"]] : []
    ),
    ["Pending", "Running"],
  );
});

Deno.test("a container that does not listen is killed when its grace period is over", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  await world.apply(pod("web").grace(10));
  await world.delete("web");
  await world.advance(9_999);
  assert.equal(world.row("web"), "1/1 Terminating");
  await world.advance(1);
  assert.equal(world.row("web"), "gone");
});

Deno.test("a sandbox that cannot be stopped is told of and tried again", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  const error = 'failed to destroy network: plugin type="bridge" failed (delete)';
  world.runtime.fail("stopSandbox", { error, times: 1 });
  await world.delete("web");
  assert.equal(
    world.events("web").at(-1),
    'Warning FailedKillPod error killing pod: failed to "KillPodSandbox" for "web-uid" with ' +
      `KillPodSandboxError: ${JSON.stringify(error)}`,
  );
  await world.advance(10_000);
  assert.equal(world.row("web"), "gone");
});

Deno.test("of containers that cannot be stopped all are named", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("a").container("b"));
  world.runtime.fail("stopContainer", { error: "no such process", times: 2 });
  await world.delete("web");
  const failed = (name: string): string =>
    `failed to "KillContainer" for "${name}" with KillContainerError: "no such process"`;
  assert.equal(
    world.events("web").at(-1),
    `Warning FailedKillPod error killing pod: [${failed("a")}, ${failed("b")}]`,
  );
  await world.advance(10_000);
  assert.equal(world.row("web"), "gone");
});

Deno.test("even a pod without a grace period gets two seconds", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").grace(0));
  await world.delete("web");
  assert.ok(world.runtime.story().includes("stopContainer web/main 2s"));
});

Deno.test("a runtime that forgot a pod goes on counting its restarts and logs", async () => {
  await using world = await createWorld();
  world.files.write("/var/log/pods/default_web_web-uid/main/2.log", "before the reboot");
  await world.apply(pod("web"));
  assert.equal(world.container("web/main").restartCount, 3);
  assert.match(world.runtime.runsOf("web/main")[0]?.logPath ?? "", /\/main\/3\.log$/);
});

Deno.test("a pod that is deleted and wanted again is gone before it starts anew", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  const web = pod("web");
  await world.apply(web);
  await world.delete("web");
  await world.advance(1_000);
  await world.apply(web);
  assert.equal(world.row("web"), "1/1 Terminating");
  await world.advance(4_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 0);
  assert.equal(world.pod("web")?.metadata.deletionTimestamp, undefined);
});

Deno.test("a pod that changed has a new UID, and waits until the one before it is gone", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.apply(pod("web").uid("first"));
  world.runtime.forgetCalls();
  await world.apply(pod("web").uid("second"));
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 30s"]);
  await world.advance(5_000);
  assert.deepEqual(world.runtime.story().slice(1), [
    "stopSandbox web",
    "removeSandbox web",
    "runSandbox web",
    "createContainer web/main",
    "startContainer web/main",
  ]);
  assert.equal(world.pod("web")?.metadata.uid, "second");
});

Deno.test("a pod that was deleted in the middle of its start starts no more containers", async () => {
  await using world = await createWorld();
  world.runtime.delay("createContainer", { ms: 2_000 });
  await world.apply(pod("web").container("a").container("b"));
  await world.advance(1_000);
  await world.delete("web");
  await world.advance(10_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.runtime.story().filter((call) => call.includes("web/b")), []);
  assert.deepEqual(traces(world, "web-uid"), []);
});

Deno.test("a pod that is deleted and wanted again while its image is pulled starts anew", async () => {
  await using world = await createWorld();
  world.runtime.images.publish("app:1", { takesMs: 60_000 });
  const web = pod("web").container("main", { image: "app:1" });
  await world.apply(web);
  await world.advance(5_000);
  world.source.set([]);
  await world.apply(web);
  await world.advance(61_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.runtime.sandboxesOf("web-uid").length, 1);
});

Deno.test("a pod that was evicted, deleted and made again starts with a clean slate", async () => {
  await using world = await createWorld();
  const web = pod("web").volume("cache", { emptyDir: { sizeLimit: "1Mi" } });
  const path = "/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~empty-dir/cache";
  await world.apply(web);
  world.files.setUsedBytes(path, 2 ** 30);
  await world.advance(10_000);
  await world.restartAgent();
  assert.equal(world.status("web").reason, "Evicted");
  world.files.setUsedBytes(path, 0);
  await world.delete("web");
  await world.apply(web);
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("an eviction that comes in the middle of a start ends it", async () => {
  await using world = await createWorld();
  world.runtime.delay("startContainer", { ms: 1_000 });
  await world.apply(pod("web").container("a").container("b"));
  world.agent.pods.evict("web-uid", { reason: "Evicted", message: "no room" });
  await world.advance(10_000);
  assert.equal(world.status("web").reason, "Evicted");
  assert.deepEqual(world.runtime.running(), []);
});

Deno.test("a container that writes more than it may gets its pod evicted, logs counted", async () => {
  await using world = await createWorld();
  const resources = { limits: { "ephemeral-storage": "10Mi" } };
  await world.apply(pod("web").container("main", { resources }).container("other"), pod("free"));
  world.runtime.write("free/main", 1024 ** 3);
  world.runtime.write("web/main", 9 * 1024 ** 2);
  await world.advance(10_000);
  assert.equal(world.row("web"), "2/2 Running");
  world.files.setUsedBytes("/var/log/pods/default_web_web-uid/main", 1024 ** 2 + 1);
  await world.advance(10_000);
  const { phase, reason, message } = world.status("web");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "Evicted",
    message: "Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. ",
  });
  assert.deepEqual(world.runtime.running(), ["free/main"]);
});

Deno.test("a volume that outgrows its limit gets its pod evicted", async () => {
  await using world = await createWorld();
  await world.apply(
    pod("web").volume("cache", { emptyDir: { sizeLimit: "1Mi" } }).container("main"),
    pod("other"),
  );
  world.files.setUsedBytes(
    "/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~empty-dir/cache",
    1024 ** 2 + 1,
  );
  await world.advance(10_000);
  const { phase, reason, message } = world.status("web");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "Evicted",
    message: 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". ',
  });
  assert.deepEqual(world.runtime.running(), ["other/main"]);
  assert.match(world.events("web").join("\n"), /^Warning Evicted Usage of EmptyDir/m);

  await world.restartAgent();
  await world.advance(60_000);
  assert.equal(world.status("web").reason, "Evicted", "an evicted pod stays evicted");
  assert.deepEqual(world.runtime.running(), ["other/main"]);
});

Deno.test("a container's last words are its termination message", async () => {
  await using world = await createWorld();
  await world.apply(pod("job").restartPolicy("Never"));
  world.files.write("/var/lib/skerry/pods/job-uid/containers/main/0", "config is missing");
  world.runtime.exit("job/main", { code: 1 });
  await world.advance(0);
  assert.equal(world.container("job/main").state?.terminated?.message, "config is missing");
});

Deno.test("last words follow what the runtime has to say", async () => {
  await using world = await createWorld();
  await world.apply(pod("job").restartPolicy("Never"));
  world.files.write("/var/lib/skerry/pods/job-uid/containers/main/0", "config is missing");
  world.runtime.exit("job/main", { code: 1, message: "hook failed" });
  await world.advance(0);
  const { message } = world.container("job/main").state?.terminated ?? {};
  assert.equal(message, "hook failed: config is missing");
});

Deno.test("the containers of a pod share 12 KiB of last words", async () => {
  await using world = await createWorld();
  const names = ["a", "b", "c", "d"];
  const job = names.reduce((each, name) => each.container(name), pod("job").restartPolicy("Never"));
  await world.apply(job);
  for (const name of names) {
    world.files.write(`/var/lib/skerry/pods/job-uid/containers/${name}/0`, "é".repeat(1_600));
    world.runtime.exit(`job/${name}`, { code: 1 });
  }
  await world.advance(0);
  for (const name of names) {
    const { message } = world.container(`job/${name}`).state?.terminated ?? {};
    assert.equal(message, "é".repeat(1_536));
  }
});

Deno.test("where a container left no words, its log has them if the pod says so", async () => {
  await using world = await createWorld();
  const terminationMessagePolicy = "FallbackToLogsOnError";
  await world.apply(
    pod("job").restartPolicy("Never").container("loud", { terminationMessagePolicy })
      .container("quiet").container("good", { terminationMessagePolicy }),
  );
  for (const name of ["loud", "quiet", "good"]) {
    const [{ logPath = "" } = {}] = world.runtime.runsOf(`job/${name}`);
    world.files.write(logPath, `2026-01-01T00:00:00Z stderr F said by ${name}\n`);
    world.runtime.exit(`job/${name}`, { code: name === "good" ? 0 : 1 });
  }
  await world.advance(0);
  const message = (name: string) => world.container(`job/${name}`).state?.terminated?.message;
  assert.deepEqual(["loud", "quiet", "good"].map(message), [
    "said by loud\n",
    undefined,
    undefined,
  ]);
});
