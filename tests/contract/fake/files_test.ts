/** The suite of the pods' files against the fake. */
import { fakeClock } from "../../fakes/clock.ts";
import { fakeFiles } from "../../fakes/files.ts";
import { filesSuite } from "../files_suite.ts";

filesSuite("fake files", async () => {
  const files = fakeFiles({ clock: fakeClock() });
  await files.apply([{ kind: "MakeDirectory", path: "/root", mode: 0o755 }]);
  return {
    files,
    root: "/root",
    write: files.write,
    modeOf: (path) => files.tree.get(path)?.mode ?? -1,
    isMounted: (path) => files.tree.get(path)?.kind === "tmpfs",
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});
