/** What the runtime tells, in the agent's words. */
import assert from "node:assert/strict";
import { containerRecord } from "./container_from_wire.ts";
import { FilesystemUsage } from "./gen/runtime/v1/common.ts";
import { ContainerState, ContainerStatus } from "./gen/runtime/v1/container.ts";
import { Image } from "./gen/runtime/v1/image.ts";
import { PodSandboxState, PodSandboxStatus } from "./gen/runtime/v1/sandbox.ts";
import { StatusResponse } from "./gen/runtime/v1/runtime.ts";
import { fileSystemOf, imageOf } from "./image_from_wire.ts";
import { runtimeStatus } from "./runtime_from_wire.ts";
import { sandboxOfStatus } from "./sandbox_from_wire.ts";
import { instantOf } from "./time.ts";

Deno.test("nanoseconds become whole milliseconds, and never stays never", () => {
  assert.equal(instantOf(1_700_000_000_123_999_999n), 1_700_000_000_123);
  assert.equal(instantOf(0n), 0);
});

Deno.test("a sandbox has all its addresses, the primary one first", () => {
  const status = PodSandboxStatus.fromPartial({
    id: "s1",
    state: PodSandboxState.SANDBOX_NOTREADY,
    network: { ip: "10.88.0.2", additionalIps: [{ ip: "fd00::2" }] },
  });
  const { ips, state, network, metadata } = sandboxOfStatus(status);
  assert.deepEqual(ips, ["10.88.0.2", "fd00::2"]);
  assert.deepEqual([state, network], ["NotReady", undefined]);
  assert.deepEqual(metadata, { name: "", namespace: "", uid: "", attempt: 0 });
});

Deno.test("a runtime that gives no image ID has given it as the reference", () => {
  const status = ContainerStatus.fromPartial({
    id: "c1",
    metadata: { name: "main", attempt: 3 },
    state: ContainerState.CONTAINER_UNKNOWN,
    imageRef: "sha256:abc",
  });
  const record = containerRecord(status, { sandboxId: "s1" });
  assert.deepEqual([record.imageId, record.state, record.attempt], ["sha256:abc", "Unknown", 3]);
  const named = ContainerStatus.fromPartial({ ...status, imageId: "sha256:def" });
  assert.equal(containerRecord(named, { sandboxId: "s1" }).imageId, "sha256:def");
});

Deno.test("an image's user is a number, a name or not told", () => {
  assert.equal(imageOf(Image.fromPartial({ uid: { value: 0n } })).uid, 0);
  assert.equal(imageOf(Image.fromPartial({ username: "nobody" })).username, "nobody");
  assert.ok(!("uid" in imageOf(Image.fromPartial({ size: 5n }))));
});

Deno.test("a runtime that does not tell what it can do has no handlers and no features", () => {
  const silent = { conditions: [], handlers: [], features: null };
  assert.deepEqual(runtimeStatus(StatusResponse.fromPartial({})), silent);
  const telling = StatusResponse.fromPartial({
    runtimeHandlers: [{ name: "" }, { name: "kata", features: { userNamespaces: true } }],
    features: { supplementalGroupsPolicy: true },
  });
  assert.deepEqual(runtimeStatus(telling), {
    conditions: [],
    handlers: [
      { name: "", recursiveReadOnlyMounts: false, userNamespaces: false },
      { name: "kata", recursiveReadOnlyMounts: false, userNamespaces: true },
    ],
    features: { supplementalGroupsPolicy: true },
  });
});

Deno.test("the first file system with images counts, and one there must be", () => {
  const usage = FilesystemUsage.fromPartial({
    fsId: { mountpoint: "/var/lib/containerd" },
    usedBytes: { value: 5n },
  });
  assert.deepEqual(fileSystemOf(usage), {
    mountpoint: "/var/lib/containerd",
    usedBytes: 5,
    inodesUsed: 0,
  });
  assert.throws(() => fileSystemOf(undefined), /imageFs information is unavailable/);
});
