/** `deno task release`: the same bytes each time, and what a user makes of them without a network. */
import assert from "node:assert/strict";
import { elfArch } from "../../deploy/denort.ts";
import { VERSION } from "../../src/core/version.ts";
import { findProgram } from "../lab/parts.ts";
import { type Argv, run, type RunOptions, type RunResult, tryRun } from "../lab/run.ts";
import { debianRoot, dpkg } from "./debian_root.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const HERE = Deno.build.arch === "x86_64" ? "amd64" : "arm64";
const MACHINES = { amd64: "x86_64", arm64: "aarch64" } as const;
const NAMES = (Object.keys(MACHINES) as (keyof typeof MACHINES)[]).flatMap((arch) => [
  `skerry-${VERSION}-linux-${arch}.cdx.json`,
  `skerry-${VERSION}-linux-${arch}.tar.gz`,
  `skerry_${VERSION}_${arch}.deb`,
]).sort();
const stem = (arch: string) => `skerry-${VERSION}-linux-${arch}`;
const EPOCH = 1_700_000_000;

/** A release of the test's own, with what the caller's shell may have set. */
async function release(out: string, shell: { umask: string; TZ: string }): Promise<void> {
  const command = `umask ${shell.umask} && exec "$@"`;
  await run(["sh", "-c", command, "sh", Deno.execPath(), "task", "-q", "release", "--out", out], {
    cwd: ROOT,
    env: { SOURCE_DATE_EPOCH: String(EPOCH), DENORT_BIN: "", TZ: shell.TZ },
  });
}

async function names(dir: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function modes(dir: string): Promise<readonly string[]> {
  const { stdout } = await run(["find", dir, "-mindepth", "1", "-printf", "%m %P\n"]);
  return stdout.trim().split("\n");
}

/** Without any network device but a loopback that is down. */
async function offline(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
  return await tryRun(["unshare", "--net", ...argv], options);
}

async function verifyUnit(root: string, path: string): Promise<void> {
  const unit = await Deno.readTextFile(`${root}/${path}`);
  await Deno.writeTextFile(
    `${root}/skerry.service`,
    unit.replace("ExecStart=", `ExecStart=${root}`),
  );
  const said = await tryRun(["systemd-analyze", "verify", `${root}/skerry.service`]);
  assert.deepEqual([said.code, said.stdout + said.stderr], [0, ""]);
  await Deno.remove(`${root}/skerry.service`);
}

function assertOk({ code, stdout, stderr }: RunResult): void {
  assert.equal(code, 0, stdout + stderr);
}

async function testTarball(t: Deno.TestContext, { out, dir }: { out: string; dir: string }) {
  const unpacked = `${dir}/${stem(HERE)}`;
  const destdir = `${dir}/root`;
  const env = { DESTDIR: destdir, NO_COLOR: "1" };

  await t.step("the archive is root's own and has one folder", async () => {
    const { stdout } = await run(["tar", "-tvzf", `${out}/${stem(HERE)}.tar.gz`]);
    for (const line of stdout.trim().split("\n")) {
      assert.match(line, new RegExp(`^\\S+ (0/0|root/root) .* ${stem(HERE)}/`));
    }
    await run(["tar", "-xzf", `${out}/${stem(HERE)}.tar.gz`, "-C", dir]);
  });
  await t.step("the program runs from where it was unpacked", async () => {
    const { stdout } = await run([`${unpacked}/bin/skerry`, "version"]);
    assert.equal(stdout, `skerry ${VERSION}\n`);
  });
  await t.step("install.sh installs it without a network", async () => {
    assertOk(await offline([`${unpacked}/install.sh`], { env }));
    const there = await modes(destdir);
    for (
      const each of [
        "644 etc/skerry/config.yaml",
        "644 etc/systemd/system/skerry.service",
        "755 usr/local/bin/skerry",
        "755 usr/local/lib/skerry/deno",
        "644 usr/local/lib/skerry/skerry.js",
        "700 var/lib/skerry/images",
      ]
    ) assert.ok(there.includes(each), `${each} in\n${there.join("\n")}`);
    const { stdout } = await run([`${destdir}/usr/local/bin/skerry`, "version"]);
    assert.equal(stdout, `skerry ${VERSION}\n`);
  });
  await t.step("systemd understands the unit", async () => {
    await verifyUnit(destdir, "etc/systemd/system/skerry.service");
  });
  await t.step("and takes it away again", async () => {
    assertOk(await offline([`${unpacked}/install.sh`, "--uninstall", "--purge"], { env }));
    assert.equal(await exists(`${destdir}/usr/local/bin/skerry`), false);
    assert.equal(await exists(`${destdir}/etc/skerry`), false);
  });
  await t.step("what needs the source says so", async () => {
    for (const option of ["--demo", "--test"]) {
      const { code, stderr } = await offline([`${unpacked}/install.sh`, option], { env });
      assert.deepEqual([code, /needs the source tree/.test(stderr)], [1, true], stderr);
    }
  });
  await t.step("a compiled program takes the place of bundle and runtime", async () => {
    await run(["sh", "-c", `rm -r lib && printf '#!/bin/sh\necho compiled' >bin/skerry`], {
      cwd: unpacked,
    });
    await Deno.mkdir(`${destdir}/usr/local/lib/skerry`, { recursive: true });
    assertOk(await offline([`${unpacked}/install.sh`], { env }));
    const { stdout } = await run([`${destdir}/usr/local/bin/skerry`]);
    assert.equal(stdout, "compiled\n");
    assert.equal(await exists(`${destdir}/usr/local/lib/skerry`), false);
  });
}

async function testDeb(t: Deno.TestContext, { deb, dir }: { deb: string; dir: string }) {
  const root = `${dir}/debian`;
  await t.step("dpkg reads the package", async () => {
    const { stdout } = await run(["dpkg-deb", "--info", deb]);
    assert.match(stdout, new RegExp(`^ Version: ${VERSION}\n Architecture: ${HERE}$`, "m"));
    const { stdout: files } = await run(["dpkg-deb", "--contents", deb]);
    assert.doesNotMatch(files, / (?!root\/root)\w+\/\w+ +\d+ \d{4}-|usr\/local/);
  });
  await t.step("the program runs from where it was unpacked", async () => {
    await run(["dpkg", "-x", deb, `${dir}/x`]);
    const { stdout } = await run([`${dir}/x/usr/bin/skerry`, "version"]);
    assert.equal(stdout, `skerry ${VERSION}\n`);
    await verifyUnit(`${dir}/x`, "usr/lib/systemd/system/skerry.service");
  });
  await t.step("an installation by install.sh is not covered by it", async () => {
    await debianRoot(root);
    const unit = `${root}/etc/systemd/system/skerry.service`;
    await run(["install", "-D", "-m", "644", `${ROOT}deploy/skerry.service`, unit]);
    const { code, stderr } = await dpkg(root, "--install", deb);
    assert.equal(code, 1);
    assert.match(stderr, /run 'install\.sh --uninstall' first/);
    await Deno.remove(unit);
  });
  await t.step("it is installed, with a network for pods, and enabled", async () => {
    assertOk(await dpkg(root, "--install", deb));
    assert.ok(await exists(`${root}/etc/cni/net.d/10-skerry.conflist`));
    assert.match(await Deno.readTextFile(`${root}/asked`), /^enable skerry\.service$/m);
    assert.equal((await Deno.stat(`${root}/var/lib/skerry`)).mode! & 0o777, 0o700);
  });
  await t.step("installing it again keeps the user's configuration and network", async () => {
    await Deno.writeTextFile(`${root}/etc/skerry/config.yaml`, "mine");
    const net = `${root}/etc/cni/net.d`;
    await Deno.rename(`${net}/10-skerry.conflist`, `${net}/20-mine.conf`);
    assertOk(await dpkg(root, "--install", deb));
    assert.equal(await Deno.readTextFile(`${root}/etc/skerry/config.yaml`), "mine");
    assert.deepEqual(await names(net), ["20-mine.conf"]);
  });
  await t.step("removed, it leaves configuration and state", async () => {
    await Deno.writeTextFile(`${root}/var/lib/skerry/store.db`, "");
    assertOk(await dpkg(root, "--remove", "skerry"));
    assert.equal(await exists(`${root}/usr/bin/skerry`), false);
    assert.ok(await exists(`${root}/etc/skerry/config.yaml`));
    assert.ok(await exists(`${root}/var/lib/skerry/store.db`));
  });
  await t.step("purged, it leaves neither; but it does not reach through volumes", async () => {
    const volume = "tmpfs /var/lib/skerry/pods/1/volumes/x tmpfs rw 0 0\n";
    await Deno.writeTextFile(`${root}/proc/self/mounts`, volume);
    const refused = await dpkg(root, "--purge", "skerry");
    assertOk(refused);
    assert.match(refused.stderr, /pods still have volumes mounted/);
    assert.ok(await exists(`${root}/var/lib/skerry/store.db`));
    await Deno.writeTextFile(`${root}/proc/self/mounts`, "");
    assertOk(await dpkg(root, "--install", deb));
    assertOk(await dpkg(root, "--purge", "skerry"));
    assert.equal(await exists(`${root}/var/lib/skerry`), false);
    assert.equal(await exists(`${root}/etc/skerry`), false);
    assert.deepEqual(await names(`${root}/etc/cni/net.d`), ["20-mine.conf"]);
  });
}

Deno.test("a release", async (t) => {
  const dir = await Deno.makeTempDir({ prefix: "skerry-release-test-" });
  const out = `${dir}/out`;
  const other = HERE === "amd64" ? "arm64" : "amd64";
  try {
    await t.step("has an archive, a package and a bill for each architecture", async () => {
      await release(out, { umask: "022", TZ: "UTC" });
      assert.deepEqual(await names(out), ["SHA256SUMS", ...NAMES]);
      await run(["sha256sum", "--check", "--strict", "SHA256SUMS"], { cwd: out });
    });
    await t.step("made again, by somebody else at another place, is the same", async () => {
      await release(`${dir}/again`, { umask: "077", TZ: "Pacific/Auckland" });
      await run(["diff", "--recursive", out, `${dir}/again`]);
      await Deno.remove(`${dir}/again`, { recursive: true });
    });
    await t.step("names every third-party part that README.md names", async () => {
      const bill = JSON.parse(await Deno.readTextFile(`${out}/${stem(HERE)}.cdx.json`));
      const purls: string[] = bill.components.map(({ purl }: { purl: string }) => purl);
      const named = ["%40grpc/grpc-js", "%40bufbuild/protobuf", "hono", "commander", "valibot"];
      for (const name of [...named, "yaml", "mqtt", `%40deno/linux-`]) {
        assert.ok(purls.some((purl) => purl.startsWith(`pkg:npm/${name}`)), name);
      }
      assert.ok(!purls.some((purl) => purl.includes("typescript")), "what only builds it");
    });
    await testTarball(t, { out, dir });
    await testDeb(t, { deb: `${out}/skerry_${VERSION}_${HERE}.deb`, dir });
    await t.step("for another machine has that machine's runtime", async () => {
      await run(["dpkg", "-x", `${out}/skerry_${VERSION}_${other}.deb`, `${dir}/other`]);
      assert.equal(await elfArch(`${dir}/other/usr/lib/skerry/deno`), MACHINES[other]);
    });
    await t.step("for another machine is refused by install.sh", async () => {
      await run(["tar", "-xzf", `${out}/${stem(other)}.tar.gz`, "-C", dir]);
      await Deno.mkdir(`${dir}/bin`);
      // There is nothing on this PATH that could install anything.
      for (const name of ["bash", "cat", "dirname", "id", "readlink", "uname"]) {
        await Deno.symlink(`${await findProgram(name)}`, `${dir}/bin/${name}`);
      }
      const { code, stderr } = await tryRun(
        [`${dir}/bin/bash`, `${dir}/${stem(other)}/install.sh`],
        {
          env: { PATH: `${dir}/bin`, DESTDIR: "" },
        },
      );
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^skerry: this release is for ${MACHINES[other]}, and this`));
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
