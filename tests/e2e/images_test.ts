/** How images come to the node: pulled with and without credentials, imported by command, imported from the folder at start. */
import assert from "node:assert/strict";
import type { PullView, StatusView } from "../../src/server/control/control_api.ts";
import { labAgent } from "../lab/agent.ts";
import { busyboxImage, writeImageArchive } from "../lab/images.ts";
import { startLab } from "../lab/lab.ts";
import { type Registry, REGISTRY_LOGIN, startRegistry } from "../lab/registry.ts";
import { startSlowProxy } from "../lab/slow_proxy.ts";
import type { TarEntry } from "../lab/tar.ts";
import { containerOf, eventsOf, succeed, until, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

Deno.test("images", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  const pod = (name: string, fields: Readonly<Record<string, unknown>>) =>
    manifest(name, { containers: [container("main", FOREVER, fields)] });
  const count = async (logPath: string, request: RegExp): Promise<number> =>
    (await Deno.readTextFile(logPath)).split("\n").filter((line) => request.test(line)).length;
  /** A registry with an image that is large, of which the runtime has nothing. */
  async function pushLarge(
    repository: string,
    { port, bytes }: { readonly port: number; readonly bytes: number },
  ): Promise<Registry> {
    const name = `edge.test/${repository}:1`;
    const { config, files } = await busyboxImage(name);
    const large: TarEntry = { kind: "file", path: repository, data: new Uint8Array(bytes) };
    const path = `${lab.workDir}/${repository}.tar`;
    await writeImageArchive({ name, config, files: [...files, large] }, { path });
    const names = async () => (await lab.ctr(["images", "list", "--quiet"])).stdout.split("\n");
    const before = await names();
    await lab.importImage(path, { name });
    const registry = await startRegistry(lab, { port });
    await registry.push(name, { repository: `${repository}:1` });
    // Only then has the runtime none of its layers.
    const made = (await names()).filter((each) => !before.includes(each));
    await lab.ctr(["images", "remove", "--sync", ...made]);
    return registry;
  }

  await writeImageArchive(await busyboxImage("edge.test/in-folder:1"), {
    path: `${agent.imagesDir}/in-folder.tar`,
  });
  await Deno.writeTextFile(`${agent.imagesDir}/broken.tar`, "this is no archive");
  await agent.apply("folder.yaml", pod("folder", { image: "edge.test/in-folder:1" }));
  await agent.start();

  await t.step("from the folder at start, before the pods that need them", async () => {
    const running = await untilRow(agent, "folder-edge-1", "1/1 Running");
    assert.equal(containerOf(running).image, "edge.test/in-folder:1");
    const log = await Deno.readTextFile(agent.logPath);
    assert.equal(log.match(/Could not import an image archive/g)?.length, 1);
    const reasons = (await eventsOf(agent, "folder-edge-1")).map(({ reason }) => reason);
    assert.ok(!reasons.includes("Pulling"), reasons.join());
  });

  await t.step("from a registry", async () => {
    const registry = await startRegistry(lab);
    const image = await registry.push(lab.images.busybox, { repository: "team/app:1" });
    await agent.apply("pulled.yaml", pod("pulled", { image }));
    const running = await untilRow(agent, "pulled-edge-1", "1/1 Running");
    assert.equal(containerOf(running).image, image);
    assert.match(
      containerOf(running).imageID,
      /^127\.0\.0\.1:5000\/team\/app@sha256:[0-9a-f]{64}$/,
    );
    const events = await eventsOf(agent, "pulled-edge-1");
    const messages = events.map(({ message }) => message);
    assert.ok(messages.includes(`Pulling image "${image}"`), messages.join("\n"));
    assert.ok(
      messages.some((message) =>
        message.startsWith(`Successfully pulled image "${image}" in `) &&
        /including waiting\)\. Image size: \d+ bytes\.$/.test(message)
      ),
      messages.join("\n"),
    );
  });

  await t.step("skerry status shows how far a pull has come", async () => {
    await pushLarge("large", { port: 5003, bytes: 2_000_000 });
    await startSlowProxy(lab, { port: 5013, target: 5003 });
    const image = "127.0.0.1:5013/large:1";
    await agent.apply("slow.yaml", pod("slow", { image }));
    const seen: PullView[] = [];
    await until("the pull was seen to grow", async () => {
      const { stdout } = await succeed(agent, ["status", "-o", "json"]);
      const { pulls }: StatusView = JSON.parse(stdout);
      seen.push(...pulls.filter((pull) => pull.doneBytes > (seen.at(-1)?.doneBytes ?? 0)));
      return seen.length >= 3;
    });
    for (const { image: shown, doneBytes, totalBytes } of seen) {
      assert.equal(shown, image);
      assert.ok(doneBytes <= totalBytes, `${doneBytes} of ${totalBytes}`);
    }
    assert.ok((seen.at(-1)?.totalBytes ?? 0) > 2_000_000);
    await untilRow(agent, "slow-edge-1", "1/1 Running");
    assert.deepEqual(JSON.parse((await succeed(agent, ["status", "-o", "json"])).stdout).pulls, []);
  });

  await t.step("a pull that was cut off goes on where it stopped", async () => {
    const registry = await pushLarge("cut", { port: 5004, bytes: 6_000_000 });
    await startSlowProxy(lab, { port: 5014, target: 5004 });
    const layers = async (): Promise<readonly number[]> =>
      (await Deno.readTextFile(registry.logPath)).split("\n").flatMap((line) =>
        /"GET \/v2\/cut\/blobs\/\S+ HTTP\/1.1" 20\d (\d{6,}) /.exec(line)?.[1] ?? []
      ).map(Number);
    await agent.apply("cut.yaml", pod("cut", { image: "127.0.0.1:5014/cut:1" }));
    const halfWay = () =>
      until("half of it has come", async () => {
        const { stdout } = await succeed(agent, ["status", "-o", "json"]);
        const { pulls: [pull] }: StatusView = JSON.parse(stdout);
        return pull !== undefined && pull.doneBytes > pull.totalBytes / 3 && pull.totalBytes > 0;
      });
    await halfWay();
    await agent.kill();
    await agent.start();
    await untilRow(agent, "cut-edge-1", "1/1 Running");
    const [whole = 0, rest = Infinity] = await layers();
    assert.ok(rest < whole, `${rest} of ${whole} bytes were asked for again`);
    const leases = (await lab.ctr(["leases", "list", "--quiet"])).stdout;
    assert.doesNotMatch(leases, /skerry-pull/);
  });

  await t.step("by policy: Always asks the registry each time, IfNotPresent does not", async () => {
    const registry = await startRegistry(lab, { port: 5002 });
    const image = await registry.push(lab.images.busybox, { repository: "app:1" });
    const asked = () => count(registry.logPath, /"?(GET|HEAD) \/v2\/app\/manifests\/1/);
    await agent.apply("first.yaml", pod("first", { image }));
    await untilRow(agent, "first-edge-1", "1/1 Running");
    const once = await asked();
    await agent.apply("present.yaml", pod("present", { image }));
    await untilRow(agent, "present-edge-1", "1/1 Running");
    assert.equal(await asked(), once);
    await agent.apply("always.yaml", pod("always", { image, imagePullPolicy: "Always" }));
    await untilRow(agent, "always-edge-1", "1/1 Running");
    assert.ok(await asked() > once);
    await registry.stop();
    await agent.apply("outage.yaml", pod("outage", { image, imagePullPolicy: "Always" }));
    await untilRow(agent, "outage-edge-1", "1/1 Running");
    const events = await eventsOf(agent, "outage-edge-1");
    const { message } = events.find(({ reason }) => reason === "RegistryOutOfReach") ?? {};
    assert.match(message ?? "", /^Using the image ".*" that is present on machine.*refused$/);
    await agent.apply("missing.yaml", pod("missing", { image: image.replace("app", "other") }));
    await untilRow(agent, "missing-edge-1", "0/1 ErrImagePull");
    await registry.start();
  });

  await t.step("with the credentials of config.json, and not without", async () => {
    const registry = await startRegistry(lab, { port: 5001, login: true });
    const image = await registry.push(lab.images.busybox, { repository: "private/app:1" });
    await agent.apply("private.yaml", pod("private", { image }));
    const waiting = await untilPod(
      agent,
      "private-edge-1",
      (pod) => containerOf(pod).state?.waiting?.reason === "ErrImagePull",
    );
    assert.match(
      containerOf(waiting).state?.waiting?.message ?? "",
      /authorization failed|no basic auth credentials|401/,
    );
    const auth = btoa(`${REGISTRY_LOGIN.username}:${REGISTRY_LOGIN.password}`);
    await Deno.writeTextFile(
      `${agent.rootDir}/config.json`,
      JSON.stringify({ auths: { [registry.address]: { auth } } }),
      { mode: 0o600 },
    );
    await untilRow(agent, "private-edge-1", "1/1 Running");
    assert.ok(!(await Deno.readTextFile(agent.logPath)).includes(REGISTRY_LOGIN.password));
  });

  await t.step("by command, from a file and from a folder", async () => {
    const folder = `${lab.workDir}/archives`;
    await Deno.mkdir(folder);
    for (const name of ["one", "two"]) {
      await writeImageArchive(await busyboxImage(`edge.test/${name}:1`), {
        path: `${folder}/${name}.tar`,
      });
    }
    const one = await succeed(agent, ["images", "import", `${folder}/one.tar`]);
    assert.equal(one.stdout, "edge.test/one:1\n");
    const all = await succeed(agent, ["images", "import", folder]);
    assert.equal(all.stdout, "edge.test/one:1\nedge.test/two:1\n");
    await agent.apply(
      "two.yaml",
      pod("two", { image: "edge.test/two:1", imagePullPolicy: "Never" }),
    );
    await untilRow(agent, "two-edge-1", "1/1 Running");
    await Deno.writeTextFile(`${folder}/bad.tar`, "no archive");
    const bad = await agent.skerry(["images", "import", `${folder}/bad.tar`]);
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /^skerry: cannot import .*\/bad\.tar: /);
    const absent = await agent.skerry(["images", "import", `${folder}/absent.tar`]);
    assert.equal(absent.code, 5);
  });

  await t.step("the folder is not imported again when nothing has changed", async () => {
    const imports = async () =>
      (await Deno.readTextFile(agent.logPath)).match(/Imported an image archive/g)?.length;
    assert.equal(await imports(), 1);
    await agent.stop();
    await agent.start();
    await untilRow(agent, "folder-edge-1", "1/1 Running");
    assert.equal(await imports(), 1);
  });
  await agent.stop();
});
