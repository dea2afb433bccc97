/** What every implementation of the cgroups must do; with the values of cgroup v1. */
import assert from "node:assert/strict";
import { Failed } from "../../src/ports/errors.ts";
import type { Cgroups } from "../../src/ports/cgroups.ts";

/** The cgroups under test, and a way to look at them and to put a process in. */
export interface CgroupsSubject extends AsyncDisposable {
  readonly cgroups: Cgroups;
  /** A cgroup that may be made and filled, for this test alone; starts with a slash. */
  readonly root: string;
  /** True when the cgroup is there in every hierarchy that it should be in. */
  exists(path: string): boolean;
  /** True when nothing of it is left anywhere. */
  isGone(path: string): boolean;
  valueOf(path: string, file: string): string;
  /** Puts a process into the cgroup; calling the result takes it out. */
  occupy(path: string): () => Promise<void>;
}

export function cgroupsSuite(name: string, open: () => Promise<CgroupsSubject>): void {
  const test = (what: string, body: (subject: CgroupsSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await body(subject);
    });

  test("a cgroup is made with its parents and values", async (subject) => {
    const path = `${subject.root}/burstable/pod1`;
    await subject.cgroups.ensure({ path, values: { "cpu.shares": "204", "pids.max": "50" } });
    assert.ok(subject.exists(path));
    assert.ok(subject.exists(`${subject.root}/burstable`));
    assert.equal(subject.valueOf(path, "cpu.shares"), "204");
    assert.equal(subject.valueOf(path, "pids.max"), "50");
  });

  test("values are changed, and those not named stay", async (subject) => {
    const path = `${subject.root}/pod1`;
    await subject.cgroups.ensure({ path, values: { "cpu.shares": "204", "pids.max": "50" } });
    await subject.cgroups.ensure({ path, values: { "cpu.shares": "1024" } });
    assert.equal(subject.valueOf(path, "cpu.shares"), "1024");
    assert.equal(subject.valueOf(path, "pids.max"), "50");
  });

  test("removing takes along what is below, and twice is as good as once", async (subject) => {
    const { cgroups, root } = subject;
    await cgroups.ensure({ path: `${root}/pod1/container/deeper`, values: {} });
    await cgroups.ensure({ path: `${root}/pod2`, values: {} });
    await cgroups.remove(`${root}/pod1`);
    await cgroups.remove(`${root}/pod1`);
    assert.ok(subject.isGone(`${root}/pod1`));
    assert.ok(subject.exists(`${root}/pod2`));
  });

  test("a cgroup with a process in it is not removed", async (subject) => {
    const path = `${subject.root}/pod1`;
    await subject.cgroups.ensure({ path, values: {} });
    const leave = subject.occupy(path);
    await assert.rejects(subject.cgroups.remove(path), (error) => {
      assert.ok(error instanceof Failed);
      assert.match(error.message, /pod1.*device or resource busy/);
      return true;
    });
    await leave();
    await subject.cgroups.remove(path);
    assert.ok(subject.isGone(path));
  });
}
