/** The contract's subjects on a private containerd of the machine's version or another. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { connectCri } from "../../../src/adapters/cri/connect.ts";
import { fakeLog } from "../../fakes/log.ts";
import { containerdOfSuite, type DebianSuite } from "../../lab/containerd_release.ts";
import { busyboxImage, writeImageArchive } from "../../lab/images.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { REGISTRY_LOGIN, startRegistry } from "../../lab/registry.ts";
import { tar } from "../../lab/tar.ts";
import type { ImagesSubject } from "../images_suite.ts";
import type { Behaviour, RuntimeSubject } from "../runtime/subject.ts";

/** The lab and its containerd's client; `debian` names the release to take containerd from. */
export async function openCri(
  { debian }: { readonly debian?: DebianSuite } = {},
): Promise<{ readonly lab: Lab } & ReturnType<typeof connectCri> & AsyncDisposable> {
  const lab = await startLab(
    debian === undefined ? {} : { containerdBinDir: await containerdOfSuite(debian) },
  );
  const cri = connectCri({ endpoint: lab.endpoint, clock: systemClock(), log: fakeLog() });
  return {
    lab,
    ...cri,
    async [Symbol.asyncDispose]() {
      cri.close();
      await lab.stop();
    },
  };
}

/** A runtime subject; the containers' behaviours are shell scripts of busybox. */
export async function containerdSubject(
  options: { readonly debian?: DebianSuite } = {},
): Promise<RuntimeSubject> {
  const cri = await openCri(options);
  const { lab, runtime } = cri;
  let execs = 0;
  return {
    runtime,
    image: lab.images.busybox,
    logRoot: `${lab.workDir}/logs`,
    cgroupParent: lab.cgroupRoot,
    command: (_container, behaviour) => commandOf(behaviour),
    async untilReady(logPath) {
      const isReady = async () => (await Deno.readTextFile(logPath)).includes("ready");
      assert.ok(await waitUntil(isReady, { timeoutMs: 60_000 }), "the container is not ready");
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
    execCommand: (_container, { stdout = "", stderr = "", exitCode = 0, afterMs = 0 }) => {
      const script = 'sleep "$1"; printf "%s" "$2"; printf "%s" "$3" >&2; exit "$4"';
      return ["sh", "-c", script, "sh", `${afterMs / 1000}`, stdout, stderr, `${exitCode}`];
    },
    async exec(id) {
      await lab.ctr(["tasks", "exec", "--exec-id", `exec-${++execs}`, id, "true"]);
    },
    async write(id, bytes) {
      const dd = ["dd", "if=/dev/zero", "of=/big", "bs=1024", `count=${bytes / 1024}`];
      await lab.ctr(["tasks", "exec", "--exec-id", `exec-${++execs}`, id, ...dd]);
    },
    async killSandbox({ id }) {
      await lab.ctr(["tasks", "kill", "--signal", "SIGKILL", id]);
    },
    goDown: () => lab.containerd.kill(),
    comeBack: () => lab.containerd.start(),
    [Symbol.asyncDispose]: () => cri[Symbol.asyncDispose](),
  };
}

function commandOf(behaviour: Behaviour): readonly string[] {
  const sh = (script: string): readonly string[] => ["sh", "-c", script];
  switch (behaviour.kind) {
    case "exits":
      return sh(`exit ${behaviour.code}`);
    case "runs": {
      const { onTerm } = behaviour;
      const trap = onTerm === "ignored" ? "trap '' TERM" : `trap 'exit ${onTerm.code}' TERM`;
      return sh(`${trap}; echo ready; while :; do sleep 0.05; done`);
    }
    case "eatsMemory":
      return ["tail", "/dev/zero"];
    case "cannotStart":
      return ["missing"];
  }
}

/** An images subject with a registry for everybody and one with a login. */
export async function containerdImages(
  options: { readonly debian?: DebianSuite } = {},
): Promise<ImagesSubject> {
  const cri = await openCri(options);
  const { lab, images } = cri;
  const registry = await startRegistry(lab);
  const guarded = await startRegistry(lab, { port: 5001, login: true });
  const file = (name: string): string => `${lab.workDir}/${name}`;
  const archive = { path: file("app.tar"), name: "skerry.test/app:1" };
  await writeImageArchive(await busyboxImage(archive.name), { path: archive.path });
  return {
    images,
    open: await registry.push(lab.images.busybox, { repository: "team/app:1" }),
    guarded: await guarded.push(lab.images.busybox, { repository: "private/app:1" }),
    login: REGISTRY_LOGIN,
    unknown: `${registry.address}/team/unknown:1`,
    archive,
    badArchives: await writeBadArchives(archive.path, file),
    [Symbol.asyncDispose]: () => cri[Symbol.asyncDispose](),
  };
}

async function writeBadArchives(
  good: string,
  file: (name: string) => string,
): Promise<readonly string[]> {
  const whole = await Deno.readFile(good);
  const packed = new Blob([whole]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzip = new Uint8Array(await new Response(packed).arrayBuffer());
  const contents: Readonly<Record<string, Uint8Array>> = {
    "empty.tar": new Uint8Array(),
    "junk.tar": new TextEncoder().encode("this is no archive\n"),
    "cut.tar": whole.slice(0, 100_000),
    "cut.tar.gz": gzip.slice(0, 100_000),
    "no-image.tar": tar([{ kind: "file", path: "a", data: new Uint8Array(3) }]),
    "packed.tar.xz": Uint8Array.fromHex("fd377a585a000004"),
  };
  for (const [name, data] of Object.entries(contents)) await Deno.writeFile(file(name), data);
  return [...Object.keys(contents), "missing.tar"].map(file);
}
