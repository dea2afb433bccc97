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
    link: files.link,
    textAt: (path) => files.textAt(path) ?? "",
    ownerOf(path) {
      const { uid = 0, gid = 0 } = files.tree.get(path) ?? {};
      return { uid, gid };
    },
    modeOf: (path) => files.tree.get(path)?.mode ?? -1,
    isMounted: (path) => ["tmpfs", "bind"].includes(files.tree.get(path)?.kind ?? ""),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});
