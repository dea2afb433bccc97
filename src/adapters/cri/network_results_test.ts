/** Results of CNI that were cut off are removed, and no others. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { Failed } from "../../ports/errors.ts";
import { isResultUnreadable, removeDamagedResults } from "./network_results.ts";

Deno.test("only what cannot be read of this sandbox goes", async () => {
  using dir = temporaryFolder();
  const write = (name: string, text: string) => Deno.writeTextFileSync(`${dir.path}/${name}`, text);
  write("bridge-abc-eth0", '{"kind":"cniCacheV1"');
  write("cni-loopback-abc-lo", '{"kind":"cniCacheV1"}');
  write("bridge-def-eth0", "");
  assert.equal(await removeDamagedResults("abc", dir.path), true);
  assert.equal(await removeDamagedResults("abc", dir.path), false);
  const left = [...Deno.readDirSync(dir.path)].map(({ name }) => name).toSorted();
  assert.deepEqual(left, ["bridge-def-eth0", "cni-loopback-abc-lo"]);
});

Deno.test("containerd's words for it are known", () => {
  const message =
    'rpc error: code = Unknown desc = failed to destroy network for sandbox "5bf6": ' +
    'failed to get network "skerry" cached result: decoding version from network config: ' +
    "unexpected end of JSON input";
  assert.ok(isResultUnreadable(new Failed(message)));
  assert.ok(!isResultUnreadable(new Failed("failed to destroy network: exit status 1")));
});
