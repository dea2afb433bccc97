/** What every implementation of the kernel's counters must do. */
import assert from "node:assert/strict";
import type { Stats } from "../../src/ports/stats.ts";

/** The counters under test, and a cgroup that has a process in it. */
export interface StatsSubject extends AsyncDisposable {
  readonly stats: Stats;
  /** Its parent is for this test alone. */
  readonly busy: string;
  readonly now: () => number;
}

export function statsSuite(name: string, open: () => Promise<StatsSubject>): void {
  for (const [what, body] of Object.entries(cases)) {
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await body(subject);
    });
  }
}

type Case = (subject: StatsSubject) => Promise<void>;

const cases: Readonly<Record<string, Case>> = {
  "the machine has used processor and memory, and no more than it has": async ({ stats, now }) => {
    const { at, cpu, memory } = await stats.usage("/") ?? assert.fail();
    assert.ok(at <= now() && at > await stats.bootedAt());
    assert.ok(cpu !== null && cpu.usageNs > 0);
    assert.ok(memory !== null && memory.workingSetBytes > 0);
    assert.ok(memory.limitBytes !== null && memory.workingSetBytes <= memory.limitBytes);
  },

  "a cgroup has used what its process has": async ({ stats, busy }) => {
    const { cpu, memory } = await stats.usage(busy) ?? assert.fail();
    assert.ok(cpu !== null && cpu.usageNs > 0);
    assert.ok(memory !== null && memory.workingSetBytes > 0);
    assert.ok((memory.usageBytes ?? 0) >= memory.workingSetBytes);
    assert.equal((await stats.processes(busy)).length, 1);
    assert.ok(await stats.details(busy) !== null);
    assert.ok(await stats.createdAt(busy) !== null);
  },

  "a cgroup is among its parent's": async ({ stats, busy }) => {
    const slash = busy.lastIndexOf("/");
    assert.deepEqual(await stats.children(busy.slice(0, slash)), [busy.slice(slash + 1)]);
    assert.deepEqual(await stats.children(busy), []);
  },

  "of what is gone nothing is told": async ({ stats, busy }) => {
    const gone = `${busy}-gone`;
    assert.equal(await stats.usage(gone), null);
    assert.equal(await stats.details(gone), null);
    assert.equal(await stats.createdAt(gone), null);
    assert.deepEqual(await stats.processes(gone), []);
    assert.deepEqual(await stats.children(gone), []);
    // Beyond the highest ID that a kernel gives.
    assert.equal(await stats.network(2 ** 23), null);
    assert.equal(await stats.tree("/skerry-missing"), null);
    assert.equal(await stats.files("/skerry-missing"), null);
  },

  "a process has interfaces, block devices have names": async ({ stats, busy }) => {
    const [pid = 0] = await stats.processes(busy);
    assert.ok(await stats.network(pid) !== null);
    for (const [numbers, name] of await stats.devices()) {
      assert.match(`${numbers} ${name}`, /^\d+:\d+ \/dev\/\S+$/);
    }
  },
};
