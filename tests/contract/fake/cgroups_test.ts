/** The cgroups' suite against the fake. */
import { fakeCgroups } from "../../fakes/cgroups.ts";
import { cgroupsSuite } from "../cgroups_suite.ts";

cgroupsSuite("fake cgroups", () => {
  const cgroups = fakeCgroups();
  return Promise.resolve({
    cgroups,
    root: "/kubepods",
    exists: (path) => cgroups.groups.has(path),
    isGone: (path) => !cgroups.groups.has(path),
    valueOf: (path, file) => cgroups.groups.get(path)?.[file] ?? "",
    occupy: (path) => {
      cgroups.busy.add(path);
      return () => Promise.resolve(void cgroups.busy.delete(path));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
