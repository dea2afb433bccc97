/** `deno run -A story_program.ts FOLDER`: the story with its store in that folder; what the store acknowledges is said in a file beside it. */
import { fakeLog } from "../fakes/log.ts";
import { openStoreIn } from "./open_store.ts";
import { saidStore, type Saying } from "./said_store.ts";
import { tellStory } from "./story.ts";
import { sayings } from "./trace.ts";

const [folder = ""] = Deno.args;
using file = Deno.openSync(`${folder}/${sayings}`, { create: true, write: true });
let calls = 0;

await tellStory({
  async open() {
    const before = calls;
    const say = (saying: Saying): void => {
      calls = before + saying.call;
      file.writeSync(new TextEncoder().encode(`${JSON.stringify({ ...saying, call: calls })}\n`));
    };
    return saidStore(await openStoreIn(folder, fakeLog()), say);
  },
});
