/** Asserts that a lab which was taken down has left nothing on the machine. */
import assert from "node:assert/strict";
import { cgroupDirs } from "./cgroups.ts";
import { type LabIdentity, labMounts, labProcesses } from "./cleanup.ts";

export function assertNothingLeft(lab: LabIdentity): void {
  assert.deepEqual(labProcesses(lab), [], "processes");
  assert.deepEqual(labMounts(lab), [], "mounts");
  assert.deepEqual(cgroupDirs(`/${lab.id}`), [], "cgroups");
  assert.equal(exists(`/run/netns/${lab.id}`), false, "network namespace");
  assert.equal(exists(lab.root), false, "files");
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
