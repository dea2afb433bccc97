/** The pod source's suite against a real manifest folder. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { manifestFolder } from "../../../src/adapters/manifests/manifest_folder.ts";
import { fakeLog } from "../../fakes/log.ts";
import { podSourceSuite } from "../pod_source_suite.ts";

function manifest(name: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: main, image: "busybox:1"}]}
`;
}

podSourceSuite("manifest folder", async () => {
  const parent = await Deno.makeTempDir({ prefix: "skerry-manifests-" });
  const folder = `${parent}/manifests`;
  const source = manifestFolder({
    path: folder,
    nodeName: "node",
    clock: systemClock(),
    log: fakeLog(),
    fileCheckFrequencyMs: 20_000,
  });

  async function hold(names: readonly string[]): Promise<void> {
    await Deno.mkdir(folder, { recursive: true });
    const wanted = names.map((name) => `${name}.yaml`);
    for (const name of wanted) {
      await Deno.writeTextFile(`${folder}/${name}`, manifest(name.slice(0, -5)));
    }
    for await (const { name } of Deno.readDir(folder)) {
      if (!wanted.includes(name)) await Deno.remove(`${folder}/${name}`);
    }
  }

  return {
    source,
    hold,
    spoil: () => Deno.writeTextFile(`${folder}/spoilt.yaml`, "kind: Nonsense\n"),
    takeAway: () => Deno.remove(folder, { recursive: true }),
    [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }),
  };
});
