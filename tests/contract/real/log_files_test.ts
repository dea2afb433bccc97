/** The log files' suite against the disk. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { createLogFiles } from "../../../src/adapters/logs/log_files.ts";
import { logFilesSuite } from "../log_files_suite.ts";

logFilesSuite("log files", async () => {
  const clock = systemClock();
  const directory = await Deno.makeTempDir({ prefix: "skerry-logs-" });
  return {
    files: createLogFiles({ clock }),
    directory,
    append: (path: string, text: string) => Deno.writeTextFile(path, text, { append: true }),
    async uncompressed(path: string) {
      const file = await Deno.open(path);
      return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).text();
    },
    tick: () => clock.sleep(100),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
});
