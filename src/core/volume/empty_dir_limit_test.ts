/** When an emptyDir has outgrown its limit. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { formatQuantity } from "../quantity.ts";
import { limitedEmptyDirs, limitExceeded } from "./empty_dir_limit.ts";

Deno.test("only volumes on disk with a limit above zero are watched", () => {
  const { spec } = pod("a")
    .volume("free")
    .volume("none", { emptyDir: { sizeLimit: "0" } })
    .volume("memory", { emptyDir: { sizeLimit: "1Mi", medium: "Memory" } })
    .volume("host", { hostPath: { path: "/data" } })
    .volume("cache", { emptyDir: { sizeLimit: "10Mi" } })
    .volume("disk", { emptyDir: { sizeLimit: "1M", medium: "" } })
    .build();
  const limited = limitedEmptyDirs({ spec }).map(({ volume, limit }) => [
    volume,
    formatQuantity(limit),
  ]);
  assert.deepEqual(limited, [["cache", "10Mi"], ["disk", "1M"]]);
});

Deno.test("a pod is evicted for one byte too much, not for a full volume", () => {
  const [volume] = limitedEmptyDirs(
    pod("a").volume("cache", { emptyDir: { sizeLimit: "10240Ki" } }).build(),
  );
  assert.ok(volume);
  const limit = 10 * 1024 ** 2;
  assert.equal(limitExceeded({ ...volume, usedBytes: limit }), null);
  assert.deepEqual(limitExceeded({ ...volume, usedBytes: limit + 1 }), {
    signal: "emptydirfs.limit",
    reason: "Evicted",
    message: 'Usage of EmptyDir volume "cache" exceeds the limit "10Mi". ',
  });
});
