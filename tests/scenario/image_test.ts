/** Stories of images: pulled by policy, refused, missing. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

const image = "registry.example/app:1";

Deno.test("an image that is missing is pulled, and its progress can be seen", async () => {
  await using world = await createWorld();
  world.runtime.images.publish(image, { takesMs: 3_000, sizeBytes: 6_000 });
  await world.apply(pod("web").container("main", { image }));
  assert.equal(world.row("web"), "0/1 ContainerCreating");

  await world.advance(1_000);
  const startedAt = world.clock.now() - 1_000;
  assert.deepEqual(world.agent.puller.active(), [
    { image, startedAt, doneBytes: 2_000, totalBytes: 6_000 },
  ]);

  await world.advance(2_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.agent.puller.active(), []);
  assert.deepEqual(world.events("web").slice(0, 2), [
    `Normal Pulling Pulling image "${image}"`,
    `Normal Pulled Successfully pulled image "${image}" in 3s (3s including waiting). ` +
    "Image size: 6000 bytes.",
  ]);
});

const policies = [
  { policy: "Always", present: true, pulls: 1 },
  { policy: "Always", present: false, pulls: 1 },
  { policy: "IfNotPresent", present: true, pulls: 0 },
  { policy: "IfNotPresent", present: false, pulls: 1 },
  { policy: "Never", present: true, pulls: 0 },
];
for (const { policy, present, pulls } of policies) {
  Deno.test(`imagePullPolicy ${policy} with the image ${present ? "present" : "missing"}`, async () => {
    await using world = await createWorld();
    world.runtime.images.publish(image);
    if (present) world.runtime.images.add(image);
    await world.apply(pod("web").container("main", { image, imagePullPolicy: policy }));
    assert.equal(world.row("web"), "1/1 Running");
    assert.equal(world.runtime.images.pulls.length, pulls);
  });
}

Deno.test("an image that must not be pulled and is not there is waited for", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main", { image, imagePullPolicy: "Never" }));
  assert.equal(world.row("web"), "0/1 ErrImageNeverPull");
  assert.deepEqual(world.container("web/main").state?.waiting, {
    reason: "ErrImageNeverPull",
    message: `Container image "${image}" is not present with pull policy of Never`,
  });
  assert.deepEqual(world.events("web"), [
    `Warning ErrImageNeverPull Container image "${image}" is not present with pull policy of Never`,
    "Warning Failed Error: ErrImageNeverPull",
  ]);

  world.runtime.images.add(image);
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("an image that the registry does not have is tried again, less and less often", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main", { image }));
  assert.equal(world.row("web"), "0/1 ErrImagePull");
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 ImagePullBackOff");
  const refusal = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ` +
    `failed to resolve reference "${image}": ${image}: not found`;
  assert.deepEqual(world.container("web/main").state?.waiting, {
    reason: "ImagePullBackOff",
    message: `Back-off pulling image "${image}": ErrImagePull: ${refusal}`,
  });

  await world.advance(15 * 60_000);
  const [first = 0, ...tries] = world.runtime.calls.filter(({ method }) => method === "pull")
    .map(({ at }) => at);
  assert.deepEqual(
    tries.map((at) => (at - first) / 1_000),
    [10, 30, 70, 150, 310, 610],
  );
  const [pulling, failed, error, backOff, held, ...others] = world.events("web");
  assert.equal(pulling, `Normal Pulling Pulling image "${image}" (x7)`);
  assert.equal(failed, `Warning Failed Failed to pull image "${image}": ${refusal} (x7)`);
  assert.equal(error, "Warning Failed Error: ErrImagePull (x7)");
  assert.equal(backOff, `Normal BackOff Back-off pulling image "${image}" (x7)`);
  assert.equal(held, "Warning Failed Error: ImagePullBackOff (x7)");
  assert.deepEqual(others, []);

  world.runtime.images.publish(image);
  await world.advance(5 * 60_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("credentials are tried in turn, and without any the registry refuses", async () => {
  const right = { username: "edge", password: "right" };
  {
    await using world = await createWorld({
      credentials: [{ username: "edge", password: "wrong" }, right],
    });
    world.runtime.images.publish(image, { auth: right });
    await world.apply(pod("web").container("main", { image }));
    assert.equal(world.row("web"), "1/1 Running");
  }
  await using world = await createWorld();
  world.runtime.images.publish(image, { auth: right });
  await world.apply(pod("web").container("main", { image }));
  assert.equal(world.row("web"), "0/1 ErrImagePull");
  assert.match(world.container("web/main").state?.waiting?.message ?? "", /authorization failed/);
});

Deno.test("a name that is no image name says so", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main", { image: "example/App" }));
  const message = 'Failed to apply default image tag "example/App": couldn\'t parse image name ' +
    '"example/App": invalid reference format: repository name (example/App) must be lowercase';
  assert.deepEqual(world.container("web/main").state?.waiting, {
    reason: "InvalidImageName",
    message,
  });
  assert.deepEqual(world.events("web"), [
    `Warning InspectFailed ${message}`,
    "Warning Failed Error: InvalidImageName",
  ]);
});

Deno.test("an image that the runtime cannot tell of is asked for again", async () => {
  await using world = await createWorld();
  world.runtime.fail("status", { error: "content is damaged", times: 1 });
  await world.apply(pod("web"));
  const message = 'Failed to inspect image "busybox:1": content is damaged';
  assert.deepEqual(world.container("web/main").state?.waiting, {
    reason: "ImageInspectError",
    message,
  });
  assert.deepEqual(world.events("web"), [
    `Warning InspectFailed ${message}`,
    "Warning Failed Error: ImageInspectError",
  ]);
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("two pods pull one after the other, and the second says how long it waited", async () => {
  await using world = await createWorld();
  for (const name of ["a", "b"]) world.runtime.images.publish(name, { takesMs: 2_000 });
  await world.apply(
    pod("a").container("main", { image: "a" }),
    pod("b").container("main", { image: "b" }),
  );
  await world.advance(4_000);
  assert.match(world.events("b").join("\n"), /pulled image "b" in 2s \(4s including waiting\)/);
});

Deno.test("a pod that is deleted while its image is pulled does not wait for it", async () => {
  await using world = await createWorld();
  world.runtime.images.publish(image, { takesMs: 3_600_000 });
  await world.apply(pod("web").container("main", { image }));
  await world.advance(5_000);
  await world.delete("web");
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.agent.puller.active(), []);
  assert.deepEqual(world.runtime.sandboxesOf("web-uid"), []);
});

const refused = `failed to do request: Head "https://registry.example/v2/app/manifests/1": ` +
  "dial tcp 192.0.2.1:443: connect: connection refused";

/** A pod that wants the newest of an image that is there. */
const newest = (name: string) => pod(name).container("main", { image, imagePullPolicy: "Always" });

Deno.test("where its registry is out of reach a pod runs with the image that is there, and says so", async () => {
  await using world = await createWorld();
  world.runtime.images.add(image);
  world.runtime.fail("pull", { error: refused });
  await world.apply(newest("web"));
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.events("web").slice(0, 2), [
    `Normal Pulling Pulling image "${image}"`,
    `Warning RegistryOutOfReach Using the image "${image}" that is present on machine, its ` +
    `registry is out of reach: ${refused}`,
  ]);
});

Deno.test("what a registry refuses is not run, be the image there or not", async () => {
  await using world = await createWorld();
  world.runtime.images.add(image);
  await world.apply(newest("web"));
  assert.equal(world.row("web"), "0/1 ErrImagePull");
});

Deno.test("a registry that does not answer is waited for once, not by each pod", async () => {
  for (const parallelPulls of [1, Infinity]) {
    await using world = await createWorld({ settings: { parallelPulls } });
    // Not a byte of it comes.
    world.runtime.images.publish(image, { takesMs: 3_600_000, sizeBytes: 0 });
    world.runtime.images.add(image);
    await world.apply(newest("a"), newest("b"), newest("c"));
    await world.advance(14_000);
    assert.equal(world.row("a"), "0/1 ContainerCreating");
    await world.advance(1_000);
    for (const name of ["a", "b", "c"]) assert.equal(world.row(name), "1/1 Running");
    const asked = world.runtime.images.pulls.length;

    await world.apply(newest("a"), newest("b"), newest("c"), newest("d"));
    assert.equal(world.row("d"), "1/1 Running");
    assert.match(world.events("d").join(), /out of reach: no answer within 15 s/);
    assert.equal(world.runtime.images.pulls.length, asked);

    world.runtime.images.publish(image);
    await world.advance(60_000);
    await world.apply(newest("a"), newest("b"), newest("c"), newest("d"), newest("e"));
    assert.match(world.events("e").join(), /Successfully pulled/);
  }
});

Deno.test("an image that comes slowly is waited for", async () => {
  await using world = await createWorld();
  world.runtime.images.publish(image, { takesMs: 120_000 });
  world.runtime.images.add(image);
  await world.apply(newest("web"));
  await world.advance(119_000);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  await world.advance(1_000);
  assert.match(world.events("web").join(), /Successfully pulled/);
});

Deno.test("an image that is not there is asked for again and again, whoever found the registry away", async () => {
  await using world = await createWorld();
  world.runtime.images.add(image);
  world.runtime.fail("pull", { error: refused, times: 2 });
  await world.apply(newest("web"), pod("new").container("main", { image: "registry.example/new" }));
  assert.equal(world.row("new"), "0/1 ErrImagePull");
  world.runtime.images.publish("registry.example/new");
  await world.advance(10_000);
  assert.equal(world.row("new"), "1/1 Running");
});
