/** Records what the story does to the files of its store, by strace. */
import { run } from "../lab/run.ts";
import { temporaryFolder } from "../fakes/temporary_folder.ts";
import type { Operation } from "./operation.ts";
import { readTrace, traceArguments } from "./trace.ts";

const program = new URL("story_program.ts", import.meta.url).pathname;

export async function record(): Promise<readonly Operation[]> {
  using place = temporaryFolder();
  const folder = Deno.realPathSync(place.path);
  const trace = `${folder}.trace`;
  try {
    const told = ["run", "--allow-all", "--no-check", "--no-code-cache", program, folder];
    await run(["strace", ...traceArguments, `--output=${trace}`, Deno.execPath(), ...told]);
    return readTrace(await Deno.readTextFile(trace), { folder });
  } finally {
    await Deno.remove(trace);
  }
}
