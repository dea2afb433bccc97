/** Stories of pods that bring the credentials for their images along. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { objectsOf } from "./objects.ts";
import { createWorld } from "./world.ts";

const image = "registry.example/private:1";
const right = { username: "ann", password: "hunter2" };
const withSecret = pod("web").spec({ imagePullSecrets: [{ name: "pull" }] })
  .container("main", { image });

function dockerConfig(auth: object): Readonly<Record<string, string>> {
  return { ".dockerconfigjson": JSON.stringify({ auths: { "registry.example": auth } }) };
}

const type = "kubernetes.io/dockerconfigjson";

Deno.test("an image is pulled with the pod's own credentials, which go before the node's", async () => {
  await using world = await createWorld({
    inCluster: true,
    credentials: [{ username: "edge", password: "wrong" }],
  });
  world.runtime.images.publish(image, { auth: right });
  await objectsOf(world).putSecret("pull", dockerConfig(right), { type });
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.runtime.images.pulls.map(({ auth }) => auth), [right]);
});

Deno.test("where the pod's credentials are refused the node's are tried", async () => {
  await using world = await createWorld({ inCluster: true, credentials: [right] });
  world.runtime.images.publish(image, { auth: right });
  const wrong = { username: "ann", password: "wrong" };
  await objectsOf(world).putSecret("pull", dockerConfig(wrong), { type });
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a pull that fails for want of a Secret says so, and goes well once it is there", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.images.publish(image, { auth: right });
  await world.cluster.bind(withSecret);
  await world.advance(100);
  assert.equal(world.row("web"), "0/1 ErrImagePull");
  assert.ok(
    world.events("web").includes(
      "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (pull); " +
        "attempting to pull the image may not succeed.",
    ),
  );
  await objectsOf(world).putSecret("pull", dockerConfig(right), { type });
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("an image that needs no credentials does not wait for a Secret that is missing", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.images.publish(image);
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.ok(!world.events("web").join("\n").includes("FailedToRetrieveImagePullSecret"));
});
