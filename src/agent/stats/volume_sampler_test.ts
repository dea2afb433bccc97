/** Volumes are measured seldom, and one that cannot be measured is left out. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { DiskUse } from "../../core/stats/disk_use.ts";
import { minute } from "../../core/instant.ts";
import { Failed } from "../../ports/errors.ts";
import { createVolumeSampler } from "./volume_sampler.ts";

const use: DiskUse = { usedBytes: 1, inodesUsed: 1 };
const fileSystem = {
  capacityBytes: 10,
  availableBytes: 5,
  usedBytes: 5,
  inodes: 10,
  inodesFree: 5,
};

function setup() {
  const clock = fakeClock();
  const log = fakeLog();
  const failures = new Map<string, Error>();
  const tree = (path: string): Promise<DiskUse> => {
    const failure = [...failures].find(([name]) => path.endsWith(`/${name}`))?.[1];
    return failure === undefined ? Promise.resolve(use) : Promise.reject(failure);
  };
  const deps = { stats: { tree }, clock, log, paths: node().paths, periodMs: minute };
  const sampler = createVolumeSampler(deps);
  const web = pod("web").container("main").volume("good").volume("bad").build();
  const measure = async () => {
    const samples = await sampler.measure(web, { of: () => Promise.resolve(fileSystem) });
    return samples.map(({ name }) => name);
  };
  return { clock, log, failures, measure };
}

Deno.test("a volume that cannot be measured is left out, and told of when that begins", async () => {
  const { clock, log, failures, measure } = setup();
  failures.set("bad", new Failed("input/output error"));
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await measure(), ["good"]);
    await clock.advance(minute);
  }
  assert.deepEqual(log.messages("warn"), ["Could not measure a volume"]);
  failures.clear();
  assert.deepEqual(await measure(), ["good", "bad"]);
  failures.set("bad", new Failed("input/output error"));
  await clock.advance(minute);
  assert.deepEqual(await measure(), ["good"]);
  assert.equal(log.messages("warn").length, 2);
});

Deno.test("what goes wrong otherwise is not kept for the period", async () => {
  const { failures, measure } = setup();
  failures.set("bad", new TypeError("not foreseen"));
  await assert.rejects(measure(), TypeError);
  failures.clear();
  assert.deepEqual(await measure(), ["good", "bad"]);
});
