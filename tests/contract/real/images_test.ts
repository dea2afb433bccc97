/** The image store's suite against this machine's containerd, and what only a real store can show. */
import assert from "node:assert/strict";
import { Failed, Invalid } from "../../../src/ports/errors.ts";
import type { PullProgress } from "../../../src/ports/images.ts";
import { busyboxImage, writeImageArchive } from "../../lab/images.ts";
import { run } from "../../lab/run.ts";
import { startRegistry } from "../../lab/registry.ts";
import { startSlowProxy } from "../../lab/slow_proxy.ts";
import type { TarEntry } from "../../lab/tar.ts";
import { imagesSuite } from "../images_suite.ts";
import { containerdImages, openCri } from "./containerd_subject.ts";

imagesSuite("containerd's images", () => containerdImages());

Deno.test("containerd's images: archives may be packed with gzip or zstd", async () => {
  await using cri = await openCri();
  const { images, lab } = cri;
  const cases = [["gzip", "skerry.test/gz:1"], ["zstd", "skerry.test/zst:1"]] as const;
  for (const [program, name] of cases) {
    const path = `${lab.workDir}/${program}.tar`;
    await writeImageArchive(await busyboxImage(name), { path });
    await run(["sh", "-c", `${program} -q < ${path} > ${path}.packed`]);
    assert.deepEqual(await images.importArchive(`${path}.packed`), [name]);
    assert.notEqual(await images.status(name), null);
  }
});

Deno.test("containerd's images: one archive may hold several", async () => {
  await using cri = await openCri();
  const { images, lab } = cri;
  const path = `${lab.workDir}/both.tar`;
  const names = [lab.images.busybox, lab.images.pause];
  await lab.ctr(["images", "export", path, ...names]);
  assert.deepEqual((await images.importArchive(path)).toSorted(), names.toSorted());
});

Deno.test("containerd's images: an archive whose image has no name is Invalid", async () => {
  await using cri = await openCri();
  const { images, lab } = cri;
  await run([
    "sh",
    "-ec",
    `
    mkdir tree
    tar -C tree -xf ${lab.archives.busybox}
    rm tree/manifest.json
    sed -i 's/"annotations":{[^}]*}/"annotations":{}/' tree/index.json
    tar -C tree -cf nameless.tar .
  `,
  ], { cwd: lab.workDir });
  await assert.rejects(
    images.importArchive(`${lab.workDir}/nameless.tar`),
    (error) => error instanceof Invalid && error.message.endsWith("no image in it has a name"),
  );
});

Deno.test("containerd's images: a registry that cannot be reached has failed, not the runtime", async () => {
  await using cri = await openCri();
  await assert.rejects(
    cri.images.pull({ image: "127.0.0.1:5999/team/app:1" }),
    (error) => error instanceof Failed && /connection refused$/.test(error.message),
  );
});

Deno.test("containerd's images: a slow pull can be given up, and tells how far it is", async () => {
  await using cri = await openCri();
  const { images, lab } = cri;
  const image = (await pushNewImage(cri)).replace(":5000/", ":5010/");
  await startSlowProxy(lab, { port: 5010, target: 5000 });

  const stop = new AbortController();
  const reason = new Error("the pod is gone");
  const timer = setTimeout(() => stop.abort(reason), 500);
  await assert.rejects(images.pull({ image, signal: stop.signal }), (error) => error === reason);
  clearTimeout(timer);

  const told: PullProgress[] = [];
  const began = performance.now();
  await images.pull({ image, onProgress: (progress) => void told.push(progress) });
  assert.ok(
    told.length >= 2 && told.length <= 2 + (performance.now() - began) / 1_000,
    `told ${told.length} times`,
  );
  assert.ok(told.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes));
  const last = told.at(-1);
  assert.ok(last !== undefined && last.doneBytes > 0 && last.totalBytes > 2_000_000);
});

/** An image of which the runtime has nothing yet, at the registry on port 5000. */
async function pushNewImage({ lab, images }: Awaited<ReturnType<typeof openCri>>): Promise<string> {
  const name = "skerry.test/new:1";
  const path = `${lab.workDir}/new.tar`;
  const { config, files } = await busyboxImage(name);
  const noise: TarEntry = { kind: "file", path: "noise", data: new Uint8Array(1_000_000) };
  await writeImageArchive({ name, config, files: [...files, noise] }, { path });
  await lab.importImage(path, { name });
  const pushed = await (await startRegistry(lab)).push(name, { repository: "team/new:1" });
  await images.remove(name);
  return pushed;
}
