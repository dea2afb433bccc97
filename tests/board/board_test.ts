/** Skerry on an emulated arm64 board with systemd and cgroup v2: installed, upgraded, cut off, turned off, and with a wrong clock. */
import assert from "node:assert/strict";
import type { Pod } from "../../src/core/k8s.ts";
import { idOf } from "../e2e/expect.ts";
import { VERSION } from "../../src/core/version.ts";
import { type Board, createBoard } from "./board.ts";
import { POD_NAMES, TRACES } from "./board_pods.ts";
import { addManifests, install, podsOf, prepare, untilRunning } from "./installed_board.ts";
import { agentStart, journalOf } from "./journal.ts";

const NEXT_VERSION = `${VERSION}-next`;

function tell(what: string, seconds: number): void {
  console.log(`${what.padEnd(62)} ${seconds.toFixed(2).padStart(7)} s`);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  tell(what, (performance.now() - started) / 1000);
  return result;
}

async function tellStart(board: Board, what: string): Promise<void> {
  const { sinceBoot, started } = agentStart(await journalOf(board));
  tell(`${what}: kernel's start to the agent's first line`, sinceBoot);
  assert.equal(started.length, POD_NAMES.length, "as many containers started as there are pods");
  tell(`${what}: agent's first line to the first pod running`, started[0] ?? NaN);
  tell(`${what}: agent's first line to the last pod running`, started.at(-1) ?? NaN);
}

/** Container IDs by pod. */
function idsOf(pods: readonly Pod[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pods.map((pod) => [pod.metadata.name, idOf(pod)]));
}

Deno.test("an arm64 board with systemd", async (t) => {
  await using board = await createBoard();
  tell("boot to ssh", await board.boot());

  await t.step("install.sh makes it a service, and pods run from manifests", async () => {
    await timed("images and configuration copied in", () => prepare(board));
    console.log(await timed("copied in and installed", () => install(board)));
    assert.equal((await board.run("systemctl is-active skerry")).trim(), "active");
    await addManifests(board);
    await timed("three pods from manifests", () => untilRunning(board, POD_NAMES));
    console.log(await board.run("skerry pods -o wide"));
    assert.match(await board.run("skerry logs burst-board"), /^begun$/m);
    assert.equal((await board.run("skerry exec best-board -- uname -m")).trim(), "aarch64");
  });

  await t.step("the pods lie in kubelet's slices, with their limits in cgroup v2", async () => {
    const slices = await board.run(
      "cd /sys/fs/cgroup/kubepods.slice && find . -name 'cri-containerd-*.scope' | sort",
    );
    assert.match(slices, /^\.\/kubepods-besteffort\.slice\/kubepods-besteffort-pod\w+\.slice\//m);
    assert.match(slices, /^\.\/kubepods-burstable\.slice\/kubepods-burstable-pod\w+\.slice\//m);
    assert.match(slices, /^\.\/kubepods-pod\w+\.slice\//m);
    const limits = "cat /sys/fs/cgroup/kubepods.slice/kubepods-pod*.slice/memory.max";
    assert.equal((await board.run(limits)).trim(), `${32 * 1024 * 1024}`);
  });

  await t.step("the unit's hardening is told", async () => {
    console.log((await board.run("systemd-analyze security skerry --no-pager")).trim());
  });

  await t.step("another build takes over, and no container is restarted", async () => {
    const before = idsOf(await podsOf(board));
    console.log(await timed("upgraded", () => install(board, { version: NEXT_VERSION })));
    assert.match(await board.run("skerry version"), new RegExp(`^skerry ${NEXT_VERSION}$`, "m"));
    assert.deepEqual(idsOf(await untilRunning(board, POD_NAMES)), before);
  });

  await t.step("the plug is pulled: all pods run again, and nobody had to ask", async () => {
    const before = idsOf(await podsOf(board));
    await board.cutPower();
    tell("boot after the power cut to ssh", await board.boot());
    const after = idsOf(await untilRunning(board, POD_NAMES));
    for (const name of POD_NAMES) assert.notEqual(after[name], before[name], name);
    await tellStart(board, "power cut");
  });

  await t.step("systemctl poweroff: pods end within their grace", async () => {
    await board.run(`rm -f ${TRACES}/*`);
    tell("systemctl poweroff", await board.shutDown());
    tell("boot after the shutdown to ssh", await board.boot());
    const [signal, end] = (await board.run(`cat ${TRACES}/signal ${TRACES}/end`)).trim().split("\n")
      .map(Number);
    assert.ok(end !== undefined && signal !== undefined && end - signal >= 3, `${signal} ${end}`);
    await untilRunning(board, POD_NAMES);
    await tellStart(board, "shutdown");
  });

  await t.step("the clock starts in 1970: pods run", async () => {
    await board.cutPower();
    tell("boot in 1970 to ssh", await board.boot({ clock: "1970-01-01" }));
    console.log((await board.run("date")).trim());
    await untilRunning(board, POD_NAMES);
    await tellStart(board, "1970");
  });
});
