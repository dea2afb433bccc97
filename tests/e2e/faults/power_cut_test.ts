/** The power is cut at every write of the store: the agent starts on whatever that leaves, and has lost nothing. */
import assert from "node:assert/strict";
import { seededRandom } from "../../fakes/random.ts";
import type { Operation } from "../../power/operation.ts";
import { requireTraceParts } from "../../lab/parts.ts";
import { type PowerCut, powerCuts, withoutSyncs } from "../../power/power_cut.ts";
import { plainTexts } from "../../power/plain_texts.ts";
import { promised } from "../../power/promised.ts";
import { record } from "../../power/record.ts";
import type { Saying } from "../../power/said_store.ts";
import { type RuntimeState, startOn } from "../../power/start_on.ts";
import { open, planted } from "../../power/story.ts";

const leastCases = 1_000;
/** What lies in the files changes little from one operation to the next. */
const everyTenth = 10;
const runtimes: readonly RuntimeState[] = ["empty", "rebooted", "running"];

/** What the store had said before the cut. */
function saidBefore({ after }: PowerCut, operations: readonly Operation[]): readonly Saying[] {
  return operations.slice(0, after).flatMap((operation) =>
    operation.kind === "Say" ? [JSON.parse(operation.text)] : []
  );
}

async function problemsOf(
  cut: PowerCut,
  { operations, index }: { readonly operations: readonly Operation[]; readonly index: number },
): Promise<readonly string[]> {
  const promises = promised(saidBefore(cut, operations));
  const runtime = runtimes[index % runtimes.length] ?? "empty";
  const problems = await startOn({ files: cut.files, promises, runtime });
  const where = `after ${cut.after} of ${operations.length} operations, ${cut.kept} kept, ` +
    `runtime ${runtime}`;
  return problems.map((problem) => `${where}: ${problem}`);
}

Deno.test("a power cut at any write loses nothing that was acknowledged", async (t) => {
  await requireTraceParts();
  const operations = await record();

  await t.step("nothing secret lies in a file in the clear", () => {
    const forms = planted.flatMap((secret) => [secret, btoa(secret)]);
    const whole = [...powerCuts(operations, { random: seededRandom(1), samples: 0 })]
      .filter(({ after, kept }) => after % everyTenth === 0 && kept === "everything")
      .map(({ files }) => plainTexts(files).join("\n"));
    assert.ok(whole.some((text) => text.includes(open)), "what is no secret can be read");
    for (const form of forms) assert.ok(!whole.some((text) => text.includes(form)), form);
  });

  const cuts = () => powerCuts(operations, { random: seededRandom(1), samples: 2 });
  const cases = cuts().reduce((count) => count + 1, 0);
  assert.ok(cases >= leastCases, `only ${cases} cases`);
  await t.step(`${cases} cuts: the agent starts, and everything is there`, async () => {
    let index = 0;
    for (const cut of cuts()) {
      assert.deepEqual(await problemsOf(cut, { operations, index: index++ }), []);
    }
  });

  await t.step("on a disk that only says it has synced, losses show", async () => {
    const unsynced = withoutSyncs(operations);
    const cuts = [...powerCuts(unsynced, { random: seededRandom(1), samples: 0 })];
    const last = cuts.findLast(({ kept }) => kept === "nothing");
    assert.ok(last);
    const problems = await problemsOf(last, { operations: unsynced, index: 0 });
    assert.match(problems.join("\n"), /memory web-uid: undefined instead of /);
  });
});
