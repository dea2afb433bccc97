/** Makes the bundle anew, so that what is measured is what the tree says. */
import { run } from "../lab/run.ts";

export async function buildBundle(): Promise<void> {
  const cwd = new URL("../..", import.meta.url).pathname;
  await run([Deno.execPath(), "run", "-q", "-A", "deploy/build.ts", "--bundle-only"], { cwd });
}
