/** The demo, as a newcomer meets it: it shows pods, its hints work, it ends when told, and leaves nothing. */
import assert from "node:assert/strict";
import type { LabIdentity } from "../lab/cleanup.ts";
import { assertNothingLeft } from "../lab/nothing_left.ts";
import { waitUntil } from "../lab/processes.ts";
import { run, type RunResult, tryRun } from "../lab/run.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SHOWN = "Ctrl-C here takes everything down.";

/** Labs are made in a folder of the test's own, so that it can see what comes and goes. */
async function withFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ dir: "/tmp", prefix: "skerry-demo-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function labsIn(dir: string): Promise<readonly LabIdentity[]> {
  const entries = await Array.fromAsync(Deno.readDir(dir));
  return entries.filter(({ name }) => name.startsWith("skerry-lab-"))
    .map(({ name }) => ({ id: name, root: `${dir}/${name}` }));
}

/** Leaving its scope ends it, however the test went. */
interface Demo extends AsyncDisposable {
  /** Resolves when the output has this text. */
  said(text: string): Promise<void>;
  output(): string;
  /** SIGINT to all of the demo's processes, as a terminal's Ctrl-C. */
  interrupt(): Promise<void>;
  /** Its exit code. */
  readonly ended: Promise<number>;
}

/** The demo without `--once`, in a process group of its own. */
function startDemo(dir: string): Demo {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `${ROOT}deploy/demo.ts`],
    env: { TMPDIR: dir, NO_COLOR: "1" },
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const ended = Promise.all([child.status, read(child.stdout), read(child.stderr)])
    .then(([{ code }]) => code);
  const interrupt = async () => {
    await run(["kill", "-INT", "--", `-${child.pid}`]);
  };
  let isOver = false;
  void ended.then(() => isOver = true);
  return {
    said: async (text) => {
      const there = await waitUntil(() => output.includes(text), { timeoutMs: 60_000 });
      assert.ok(there, `no ${JSON.stringify(text)} in:\n${output}`);
    },
    output: () => output,
    interrupt,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (!isOver) await interrupt();
      await ended;
    },
  };
}

Deno.test("install.sh --demo --once shows the pods, a log and what to try, and leaves nothing", async () => {
  await withFolder(async (dir) => {
    const { code, stdout, stderr } = await tryRun([`${ROOT}install.sh`, "--demo", "--once"], {
      cwd: "/",
      env: { DESTDIR: `${dir}/root`, TMPDIR: dir, NO_COLOR: "1" },
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE$/m);
    for (const name of ["hello", "node-info", "web"]) {
      assert.match(stdout, new RegExp(`^default +${name}-demo +(\\d)/\\1 +Running +0 +`, "m"));
    }
    assert.match(stdout, /== skerry logs hello --tail 3\nHello from the edge, round 1\n/);
    assert.match(stdout, /without it you could now try/);
    const [, id = ""] = /(skerry-lab-[0-9a-f]+)\//.exec(stdout) ?? [];
    assertNothingLeft({ id, root: `${dir}/${id}` });
    assert.deepEqual(await labsIn(dir), []);
  });
});

/** The commands that the demo shows, ready to be pasted; one that follows is ended by the shell after a moment. */
function pasted(output: string): readonly string[] {
  const hint = output.slice(output.indexOf("In another terminal"));
  return hint.split("\n").filter((line) => line.startsWith("   ")).map((line) =>
    / -f /.test(line) ? line.replace(/skerry/, "timeout --preserve-status -s INT 8 skerry") : line
  );
}

async function paste(lines: readonly string[]): Promise<RunResult> {
  return await tryRun(["bash", "-c", lines.join("\n")], { cwd: "/" });
}

Deno.test("what the demo suggests works as it is pasted, and Ctrl-C ends it all", async () => {
  await withFolder(async (dir) => {
    await using demo = startDemo(dir);
    await demo.said(SHOWN);
    const [setup = "", ...commands] = pasted(demo.output());
    assert.match(setup, /^ +export /);
    const expected: readonly (readonly [command: RegExp, said: RegExp])[] = [
      [/skerry pods -o wide/, /hello-demo .* 10\.88\.\d+\.\d+ /],
      [/skerry logs -f hello/, /Hello from the edge, round 1\n/],
      [/skerry events/, /Normal +Started +pod\/hello-demo/],
      [/skerry status/, /3 Running/],
      [/wget/, /\d\d:\d\d:\d\d/],
      [/^ +rm /, /^$/],
      [/^ +cp /, /^$/],
      [/^ +tail /, /"Event"/],
    ];
    assert.equal(commands.length, expected.length);
    for (const [index, [which, said]] of expected.entries()) {
      const command = commands[index] ?? "";
      assert.match(command, which);
      const { stdout, stderr } = await paste([setup, command]);
      assert.match(stdout, said, command + stderr);
      assert.equal(stderr, "", command);
    }
    const webRuns = async () => /web-demo +2\/2/.test((await paste([setup, "skerry pods"])).stdout);
    assert.ok(await waitUntil(webRuns, { timeoutMs: 60_000, intervalMs: 200 }), "web is not back");

    const [lab] = await labsIn(dir);
    assert.ok(lab);
    await demo.interrupt();
    assert.equal(await demo.ended, 0, demo.output());
    assertNothingLeft(lab);
    assert.deepEqual(await labsIn(dir), []);
  });
});

const moments: Readonly<Record<string, (demo: Demo, dir: string) => Promise<unknown>>> = {
  "while its containerd starts": (_, dir) =>
    waitUntil(async () => (await labsIn(dir)).length > 0, { timeoutMs: 60_000 }),
  "while the agent starts": (demo) => demo.said("starting the agent"),
};

for (const [when, moment] of Object.entries(moments)) {
  Deno.test(`Ctrl-C ${when} takes everything down`, async () => {
    await withFolder(async (dir) => {
      await using demo = startDemo(dir);
      await moment(demo, dir);
      const [lab] = await labsIn(dir);
      assert.ok(lab);
      await demo.interrupt();
      assert.equal(await demo.ended, 130, demo.output());
      assert.doesNotMatch(demo.output(), /demo: /, "an error");
      assertNothingLeft(lab);
      assert.deepEqual(await labsIn(dir), []);
    });
  });
}

Deno.test("a second Ctrl-C does not wait for the pods", async () => {
  await withFolder(async (dir) => {
    await using demo = startDemo(dir);
    await demo.said(SHOWN);
    const [lab] = await labsIn(dir);
    assert.ok(lab);
    await demo.interrupt();
    await demo.said("ending the pods");
    await demo.interrupt();
    assert.equal(await demo.ended, 0, demo.output());
    assertNothingLeft(lab);
  });
});

Deno.test("a pod that cannot run is named with its reason, and the demo ends with 1", async () => {
  await withFolder(async (dir) => {
    await Deno.mkdir(`${dir}/examples`);
    const container = {
      name: "main",
      image: "skerry.test/none:1",
      imagePullPolicy: "Never",
    };
    const spec = { containers: [container] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "broken" }, spec };
    await Deno.writeTextFile(`${dir}/examples/broken.yaml`, JSON.stringify(pod));
    const demo = [Deno.execPath(), "run", "-qA", `${ROOT}deploy/demo.ts`] as const;
    const { code, stdout, stderr } = await tryRun([
      ...demo,
      "--once",
      "--examples",
      `${dir}/examples`,
    ], {
      env: { TMPDIR: dir, NO_COLOR: "1" },
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^\ndemo: pod broken-demo does not run: container main: ErrImageNeverPull: Con/,
    );
    assert.match(stdout, /== skerry pods\n.*\n.*broken-demo +0\/1 +ErrImageNeverPull/);
    assert.match(stdout, /== skerry events\n/);
    assert.match(stdout, /== the end of the agent's own log/);
    assert.deepEqual(await labsIn(dir), []);
  });
});

Deno.test("the demo knows two options", async () => {
  const demo = [Deno.execPath(), "run", "-qA", `${ROOT}deploy/demo.ts`] as const;
  for (const args of [["--twice"], ["--examples"]]) {
    const { code, stderr } = await tryRun([...demo, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, /^usage: install.sh --demo/);
  }
});
