/** Files that are no manifests, or turn into none: each is told of once and disturbs no pod. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { run } from "../../lab/run.ts";
import { findPod, idOf, row, succeed, until, untilGone, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { type Stage, startStage } from "./stage.ts";

/** Nine lists of nine references each: 9^9 values in 500 bytes. */
function yamlBomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = Array(9).fill(level === 0 ? '"lol"' : `*a${level - 1}`).join(", ");
    return `a${level}: &a${level} [${items}]`;
  });
  return `${levels.join("\n")}\n`;
}

/** Each is laid into the folder by the test, with what the one complaint of it must say. */
const badFiles: readonly {
  readonly what: string;
  readonly make: (path: string) => Promise<unknown>;
  readonly says: RegExp;
}[] = [
  {
    what: "50 MB",
    make: (path) => Deno.writeTextFile(path, `# ${"x".repeat(50 * 1024 * 1024)}`),
    says: /52428802 bytes are more than the 1048576 that are read of a manifest/,
  },
  { what: "a YAML bomb", make: (path) => Deno.writeTextFile(path, yamlBomb()), says: /too|more/ },
  {
    what: "binary junk",
    make: (path) => Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(65_536))),
    says: /UTF-8|character/,
  },
  {
    what: "a loop of symbolic links",
    make: async (path) => {
      await Deno.symlink(path, `${path}.2`);
      await Deno.rename(`${path}.2`, path);
    },
    says: /symbolic link/,
  },
  { what: "a FIFO", make: (path) => run(["mkfifo", path]), says: /expected a file, found a pipe/ },
  {
    what: "a pod without containers",
    make: (path) =>
      Deno.writeTextFile(path, stringify({ ...scriptPod("hollow", ""), spec: { containers: [] } })),
    says: /containers/,
  },
];

async function problemsShown({ agent }: Stage): Promise<number> {
  const { stdout } = await succeed(agent, ["status", "-o", "json"]);
  return JSON.parse(stdout).sources.flatMap(({ problems }: { problems: unknown[] }) => problems)
    .length;
}

Deno.test("files that are no manifests are told of once and disturb nothing", async (t) => {
  await using stage = await startStage();
  const { agent } = stage;

  for (const [index, { what, make, says }] of badFiles.entries()) {
    await stage.step(t, what, async () => {
      const path = `${agent.manifests}/bad-${index}.yaml`;
      await make(path);
      const text = await stage.onlyComplaint();
      assert.match(text, says);
      assert.ok(text.includes(path), text);
      assert.equal(await problemsShown(stage), 1);
      await agent.apply("after.yaml", scriptPod(`after-${index}`, FOREVER));
      await untilRow(agent, `after-${index}-edge-1`, "1/1 Running");
      await Deno.remove(path);
      await until("the problem is gone", async () => await problemsShown(stage) === 0);
    });
  }

  await stage.step(t, "two files with one pod: the first by name runs", async () => {
    await agent.apply("twin-a.yaml", scriptPod("twin", FOREVER));
    const first = await untilRow(agent, "twin-edge-1", "1/1 Running");
    await agent.apply("twin-b.yaml", scriptPod("twin", `echo other; ${FOREVER}`));
    assert.match(
      await stage.onlyComplaint(),
      /twin-b\.yaml.*pod default\/twin-edge-1 is in twin-a/,
    );
    assert.equal(idOf(await untilRow(agent, "twin-edge-1", "1/1 Running")), idOf(first));
    await agent.remove("twin-a.yaml");
    await until("the other one runs", async () => {
      const pod = await findPod(agent, "twin-edge-1");
      return row(pod) === "1/1 Running" && pod?.metadata.uid !== first.metadata.uid;
    });
    await agent.remove("twin-b.yaml");
  });

  await stage.step(t, "a manifest written in two halves is one pod and no complaint", async () => {
    const text = stringify(scriptPod("halves", FOREVER));
    const path = `${agent.manifests}/halves.yaml`;
    await Deno.writeTextFile(path, text.slice(0, text.length / 2));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await Deno.writeTextFile(path, text.slice(text.length / 2), { append: true });
    await untilRow(agent, "halves-edge-1", "1/1 Running");
    assert.deepEqual(await stage.complaints(), []);
  });

  await stage.step(t, "a manifest that turns into nonsense keeps its pod", async () => {
    const before = await untilRow(agent, "halves-edge-1", "1/1 Running");
    await agent.apply("halves.yaml", "kind: [Pod");
    assert.match(await stage.onlyComplaint(), /halves\.yaml.*line 1/);
    assert.equal(idOf(await untilRow(agent, "halves-edge-1", "1/1 Running")), idOf(before));
    await agent.remove("halves.yaml");
    await untilGone(agent, "halves-edge-1");
  });

  await stage.step(
    t,
    "a folder that is deleted keeps its pods; when it is back it is followed",
    async () => {
      const away = `${agent.dir}/away`;
      await Deno.rename(agent.manifests, away);
      await stage.onlyComplaint();
      await Deno.mkdir(agent.manifests);
      await Deno.copyFile(`${away}/bystander.yaml`, `${agent.manifests}/bystander.yaml`);
      await agent.apply("newcomer.yaml", scriptPod("newcomer", FOREVER));
      await untilRow(agent, "newcomer-edge-1", "1/1 Running");
      await untilGone(agent, `after-${badFiles.length - 1}-edge-1`);
    },
  );
});
