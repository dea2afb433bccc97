/** The log files' suite against the fake. */
import { fakeClock } from "../../fakes/clock.ts";
import { FakeLogFiles } from "../../fakes/log_files.ts";
import { logFilesSuite } from "../log_files_suite.ts";

logFilesSuite("fake log files", () => {
  const clock = fakeClock();
  const files = new FakeLogFiles({ clock });
  return Promise.resolve({
    files,
    directory: "/logs",
    append: (path: string, text: string) => Promise.resolve(files.append(path, text)),
    uncompressed: (path: string) => Promise.resolve(files.texts.get(path) ?? ""),
    tick: () => clock.advance(1_000),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
