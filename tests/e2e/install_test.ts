/** install.sh: what it lays down, keeps, takes away and refuses. Everything goes below a DESTDIR of the test's own. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { findProgram, requireUnitParts } from "../lab/parts.ts";
import { waitUntil } from "../lab/processes.ts";
import { run, type RunOptions, type RunResult, tryRun } from "../lab/run.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const INSTALL = `${ROOT}install.sh`;

interface Machine {
  readonly destdir: string;
  /** A folder that comes first on the PATH; see {@linkcode Machine.stub}. */
  readonly bin: string;
  install(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Puts a shell script in the place of a program. */
  stub(name: string, script: string): Promise<void>;
}

async function withMachine(work: (machine: Machine) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "skerry-install-test-" });
  const [destdir, bin] = [`${dir}/root`, `${dir}/bin`];
  await Deno.mkdir(bin);
  const env = { DESTDIR: destdir, PATH: `${bin}:${Deno.env.get("PATH")}`, NO_COLOR: "1" };
  try {
    await work({
      destdir,
      bin,
      install: (args, options) =>
        tryRun([INSTALL, ...args], { ...options, env: { ...env, ...options?.env } }),
      stub: async (name, script) => {
        await Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\n${script}\n`);
        await Deno.chmod(`${bin}/${name}`, 0o755);
      },
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Mode and path, and for files what changes when they are written: inode and time. */
async function listing(dir: string): Promise<string> {
  const format = ["-type", "d", "-printf", "%m %P\n", "-o", "-printf", "%m %P %i %T@\n"];
  return (await run(["find", dir, ...format])).stdout.split("\n").sort().join("\n");
}

async function modes(dir: string): Promise<readonly string[]> {
  const { stdout } = await run(["find", dir, "-mindepth", "1", "-printf", "%m %P\n"]);
  return stdout.trim().split("\n").sort((a, b) => a.slice(4) < b.slice(4) ? -1 : 1);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

function assertOk({ code, stdout, stderr }: RunResult): void {
  assert.equal(code, 0, stdout + stderr);
}

/** The rest depends on whether denort can be had. */
const INSTALLED = [
  "755 etc/skerry",
  "644 etc/skerry/config.yaml",
  "755 etc/skerry/manifests",
  "755 etc/cni/net.d",
  "644 etc/cni/net.d/10-skerry.conflist",
  "644 etc/systemd/system/skerry.service",
  "755 usr/local/bin/skerry",
  "755 usr/local/lib/skerry",
  "755 usr/local/lib/skerry/deno",
  "700 var/lib/skerry",
  "700 var/lib/skerry/images",
];

async function verifyUnit(destdir: string): Promise<void> {
  await requireUnitParts();
  const unit = await Deno.readTextFile(`${destdir}/etc/systemd/system/skerry.service`);
  await Deno.mkdir(`${destdir}/unit`);
  const path = `${destdir}/unit/skerry.service`;
  await Deno.writeTextFile(path, unit.replace("ExecStart=", `ExecStart=${destdir}`));
  const { code, stdout, stderr } = await tryRun(["systemd-analyze", "verify", path]);
  await Deno.remove(`${destdir}/unit`, { recursive: true });
  assert.deepEqual([code, stdout + stderr], [0, ""]);
}

Deno.test("the service is installed, installed again, and removed", async (t) => {
  await withMachine(async (machine) => {
    const { destdir, install } = machine;
    await machine.stub("deno", 'echo "deno 2.8.0 (stable)"');

    await t.step("from another folder, through a link, into a relative DESTDIR", async () => {
      await Deno.symlink(INSTALL, `${machine.bin}/install-link`);
      const result = await tryRun([`${machine.bin}/install-link`], {
        cwd: `${destdir}/..`,
        env: { DESTDIR: "root", PATH: `${machine.bin}:${Deno.env.get("PATH")}` },
      });
      assertOk(result);
      assert.match(result.stdout, /fetching Deno 2/, "the other Deno on the PATH was taken");
      assert.match(result.stdout, /systemd does not run here/);
    });
    await t.step("every file is where it belongs, with its mode", async () => {
      const there = await modes(destdir);
      for (const each of INSTALLED) {
        assert.ok(there.includes(each), `${each} in\n${there.join("\n")}`);
      }
      assert.deepEqual(there.filter((each) => each.endsWith(".new")), []);
    });
    await t.step("the runtime is the pinned one", async () => {
      const pinned = (await Deno.readTextFile(`${ROOT}deploy/deno-version`)).trim();
      const { stdout } = await run([`${destdir}/usr/local/lib/skerry/deno`, "--version"]);
      assert.equal(stdout.split(" ")[1], pinned);
    });
    await t.step("the command runs from there", async () => {
      const { stdout } = await run([`${destdir}/usr/local/bin/skerry`, "version"]);
      assert.match(stdout, /^skerry \d+\.\d+\.\d+\n$/);
    });
    await t.step("systemd understands the unit", () => verifyUnit(destdir));
    await t.step("a second run changes nothing", async () => {
      const before = await listing(destdir);
      assertOk(await install([]));
      assert.equal(await listing(destdir), before);
    });
    await t.step("a run renews what is the agent's and keeps what is the user's", async () => {
      const config = `${destdir}/etc/skerry/config.yaml`;
      const unit = `${destdir}/etc/systemd/system/skerry.service`;
      await Deno.writeTextFile(config, "mine");
      await Deno.chmod(`${destdir}/etc/skerry`, 0o700);
      await Deno.rename(
        `${destdir}/etc/cni/net.d/10-skerry.conflist`,
        `${destdir}/etc/cni/net.d/20-mine.conf`,
      );
      await Deno.writeTextFile(unit, "old");
      assertOk(await install([]));
      assert.equal(await Deno.readTextFile(config), "mine");
      assert.equal((await Deno.stat(`${destdir}/etc/skerry`)).mode! & 0o777, 0o700);
      assert.equal(await exists(`${destdir}/etc/cni/net.d/10-skerry.conflist`), false);
      assert.match(await Deno.readTextFile(unit), /^Type=notify$/m);
    });
    await t.step("--uninstall takes the agent away and leaves pods their state", async () => {
      const result = await install(["--uninstall"]);
      assertOk(result);
      assert.match(result.stdout, /containers that ran go on running/);
      const there = await modes(destdir);
      assert.deepEqual(
        there.filter((each) => /usr\/local\/.*skerry|skerry\.service/.test(each)),
        [],
      );
      for (
        const path of ["etc/skerry/config.yaml", "etc/skerry/manifests", "var/lib/skerry/images"]
      ) {
        assert.ok(await exists(`${destdir}/${path}`), path);
      }
    });
    await t.step("--purge does not reach through mounted volumes", async () => {
      const proc = `${destdir}/proc`;
      await Deno.mkdir(`${proc}/self`, { recursive: true });
      const mounted = `tmpfs ${destdir}/var/lib/skerry/pods/1/volumes/x tmpfs rw 0 0\n`;
      await Deno.writeTextFile(`${proc}/self/mounts`, mounted);
      const { code, stderr } = await install(["--uninstall", "--purge"], {
        env: { SKERRY_PROC: proc },
      });
      assert.equal(code, 1);
      assert.match(stderr, /volumes mounted in \/var\/lib\/skerry.*add --stop-pods/);
      assert.ok(await exists(`${destdir}/var/lib/skerry/images`));
    });
    await t.step("--purge removes the rest, but no pod network of the user's", async () => {
      assertOk(await install(["--uninstall", "--purge"]));
      assert.equal(await exists(`${destdir}/etc/skerry`), false);
      assert.equal(await exists(`${destdir}/var/lib/skerry`), false);
      assert.ok(await exists(`${destdir}/etc/cni/net.d/20-mine.conf`));
    });
  });
});

Deno.test("--stop-pods ends the pods within their grace before the agent goes", async (t) => {
  await withMachine(async ({ destdir, install }) => {
    assertOk(await install([]));
    await using lab = await startLab();
    const staticPodPath = `${destdir}/etc/skerry/manifests`;
    const agent = await labAgent(lab, { kubelet: { staticPodPath } });
    const env = { SKERRY_SOCKET: agent.socket };

    await t.step("without an agent it says so and removes nothing", async () => {
      const before = await listing(destdir);
      const { code, stderr } = await install(["--uninstall", "--stop-pods", "--purge"], { env });
      assert.equal(code, 1);
      assert.match(stderr, /the agent does not run, so it cannot end its pods/);
      assert.equal(await listing(destdir), before);
    });
    await t.step("without a runtime likewise", async () => {
      await agent.start();
      await lab.containerd.stop();
      const { code, stderr } = await install(["--uninstall", "--stop-pods"], { env });
      assert.equal(code, 1);
      assert.match(stderr, /container runtime does not answer, so no pod can be ended/);
      assert.ok(await exists(`${destdir}/usr/local/bin/skerry`));
      await lab.containerd.start();
    });
    await t.step("the pods are ended, and then all is removed", async () => {
      for (const name of ["one", "two"]) {
        const manifest = pod(name, { image: lab.images.busybox });
        await Deno.writeTextFile(`${staticPodPath}/${name}.json`, JSON.stringify(manifest));
      }
      const run = async () => {
        const pods = await agent.pods();
        return pods.length === 2 && pods.every(({ status }) => status?.phase === "Running");
      };
      assert.ok(
        await waitUntil(run, { timeoutMs: 60_000, intervalMs: 100 }),
        "the pods do not run",
      );
      const result = await install(["--uninstall", "--stop-pods", "--purge"], { env });
      assertOk(result);
      assert.match(result.stdout, /ending the pods/);
      assert.doesNotMatch(result.stdout, /go on running/);
      assert.deepEqual(await agent.pods(), []);
      assert.equal((await lab.ctr(["tasks", "list", "--quiet"])).stdout, "");
      assert.equal(await exists(`${destdir}/etc/skerry`), false);
      await agent.stop();
    });
  });
});

/** Sleeps until it is told to end. */
function pod(name: string, { image }: { readonly image: string }): unknown {
  const command = ["sh", "-c", "trap exit TERM; sleep 1000 & wait"];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { containers: [{ name: "main", image, command }] },
  };
}

/** Programs of the base system that install.sh runs; `apt-get` and all else is missing on a PATH with only these. */
const BASE = "awk bash cat cut dirname env grep head id ldd readlink realpath sed sh stat uname";

async function withBareMachine(work: (machine: Machine) => Promise<void>): Promise<void> {
  await withMachine(async (machine) => {
    for (const name of BASE.split(" ")) {
      const path = await findProgram(name);
      assert.ok(path, `this machine has no ${name}`);
      await Deno.symlink(path, `${machine.bin}/${name}`);
    }
    const bare = { DESTDIR: "", PATH: machine.bin };
    await work({
      ...machine,
      install: (args, options) => machine.install(args, { env: { ...bare, ...options?.env } }),
      stub: async (name, script) => {
        await Deno.remove(`${machine.bin}/${name}`).catch(() => {});
        await machine.stub(name, script);
      },
    });
  });
}

Deno.test("what is missing is named where there is no apt", async () => {
  await withBareMachine(async ({ install }) => {
    const { code, stderr } = await install(["--demo", "--once"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^skerry: missing: .*containerd.*busybox-static; install them with this system/,
    );
  });
});

Deno.test("--test brings a Go along where the machine's is too old for the tests' cluster", async () => {
  await withMachine(async ({ destdir, install, stub }) => {
    const pinned = (await Deno.readTextFile(`${ROOT}deploy/deno-version`)).trim();
    const deno = `${destdir}/usr/local/lib/skerry/deno`;
    await Deno.mkdir(dirname(deno), { recursive: true });
    // In place of the tests it says which Go they would find.
    await stub("deno", `[ "$1" = --version ] && echo deno ${pinned} || go version`);
    await Deno.rename(`${destdir}/../bin/deno`, deno);
    await stub("go", '[ "$1" = env ] && echo go1.19.8 || echo the old one');
    const first = await install(["--test"]);
    assertOk(first);
    assert.match(first.stdout, /^skerry: fetching Go (\S+)\ngo version go\1 /);
    assert.match((await install(["--test"])).stdout, /^go version/, "it was fetched again");
    await stub("go", '[ "$1" = env ] && echo go1.26.0 || echo the new one');
    assert.equal((await install(["--test"])).stdout, "the new one\n");
  });
});

Deno.test("a busybox that needs a libc is no busybox for images", async () => {
  await withBareMachine(async ({ install, stub }) => {
    await stub("ldd", "exit 1");
    await stub("busybox", "");
    const asStatic = await install(["--demo"]);
    await stub("ldd", "exit 0");
    const asDynamic = await install(["--demo"]);
    assert.doesNotMatch(asStatic.stderr, /busybox-static/);
    assert.match(asDynamic.stderr, /busybox-static/);
  });
});

const machines: readonly (readonly [kernel: string, system: string, said: RegExp | null])[] = [
  ["armv7l", "armhf", /^skerry: 32-bit ARM is not supported: .*64-bit Raspberry Pi OS/],
  ["armv6l", "armhf", /32-bit ARM is not supported/],
  ["aarch64", "armhf", /32-bit ARM is not supported.*\(aarch64, armhf\)/],
  ["armv8l", "arm64", /32-bit ARM is not supported/],
  ["x86_64", "i386", /x86_64 with a system for i386 is not supported/],
  ["riscv64", "riscv64", /runs on 64-bit x86 and ARM/],
  ["aarch64", "arm64", null],
  ["x86_64", "amd64", null],
];

for (const [kernel, system, said] of machines) {
  const verdict = said === null ? "accepted" : "refused";
  Deno.test(`a ${kernel} kernel with a system for ${system} is ${verdict}`, async () => {
    await withBareMachine(async ({ install, stub }) => {
      await stub("uname", `echo ${kernel}`);
      await stub("dpkg", `echo ${system}`);
      const { code, stderr } = await install(["--demo"]);
      assert.equal(code, 1);
      assert.match(stderr, said ?? /^skerry: missing: /);
    });
  });
}

interface Board {
  readonly model?: string;
  readonly files: Readonly<Record<string, string>>;
  /** The file that the warning names; null where there is nothing to warn of. */
  readonly named: string | null;
}

const PI = "Raspberry Pi 4 Model B Rev 1.4\0";
const V1 = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\n";

const boards: Readonly<Record<string, Board>> = {
  "a Pi on cgroup v2 without memory": {
    model: PI,
    files: { "cgroup/cgroup.controllers": "cpuset cpu io pids\n", "boot/firmware/cmdline.txt": "" },
    named: "boot/firmware/cmdline.txt",
  },
  "an older Pi, whose boot folder has no firmware": {
    model: PI,
    files: { "cgroup/cgroup.controllers": "cpuset cpu io pids\n", "boot/cmdline.txt": "" },
    named: "boot/cmdline.txt",
  },
  "a Pi on cgroup v1 without memory": {
    model: PI,
    files: { "proc/cgroups": `${V1}memory\t0\t1\t0\n`, "boot/cmdline.txt": "" },
    named: "boot/cmdline.txt",
  },
  "a Pi on cgroup v2 with memory": {
    model: PI,
    files: { "cgroup/cgroup.controllers": "cpuset cpu io memory pids\n" },
    named: null,
  },
  "a Pi on cgroup v1 with memory": {
    model: PI,
    files: { "proc/cgroups": `${V1}memory\t2\t1\t1\n` },
    named: null,
  },
  "another machine": { files: { "cgroup/cgroup.controllers": "cpu\n" }, named: null },
};

for (const [name, { model, files, named }] of Object.entries(boards)) {
  Deno.test(`memory cgroup of ${name}: ${named ? "a warning" : "no word"}`, async () => {
    await withBareMachine(async ({ destdir, install }) => {
      const all = { ...files, ...(model && { "proc/device-tree/model": model }) };
      for (const [path, text] of Object.entries(all)) {
        await Deno.mkdir(`${destdir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${destdir}/${path}`, text);
      }
      const env = {
        SKERRY_PROC: `${destdir}/proc`,
        SKERRY_CGROUP: `${destdir}/cgroup`,
        SKERRY_BOOT: `${destdir}/boot`,
      };
      const { stderr } = await install(["--demo"], { env });
      const [, file] = /cgroup_enable=memory .* the one line of (\S+) and reboot/.exec(stderr) ??
        [];
      assert.equal(file ?? null, named && `${destdir}/${named}`, stderr);
    });
  });
}

for (const args of [[], ["--demo", "--once"], ["--test"], ["--uninstall", "--purge"]]) {
  Deno.test(`without root, ${args.join(" ") || "an installation"} says what to do`, async () => {
    await withBareMachine(async ({ install, stub }) => {
      await stub("id", "echo 1000");
      const { code, stdout, stderr } = await install(args);
      const command = ["sudo ./install.sh", ...args].join(" ");
      assert.deepEqual([code, stdout, stderr], [
        1,
        "",
        `skerry: this needs root; try: ${command}\n`,
      ]);
    });
  });
}

for (
  const [args, said] of [
    [["--fast"], "unknown option --fast"],
    [["demo"], "unknown option demo"],
    [["--demo", "--twice"], "unknown option --twice of --demo"],
    [["--test", "unit"], "--test takes no further option"],
    [["--uninstall", "--all"], "unknown option --all of --uninstall"],
  ] as const
) {
  Deno.test(`${args.join(" ")} is a mistake, told with the usage`, async () => {
    await withBareMachine(async ({ install }) => {
      const { code, stdout, stderr } = await install(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.ok(stderr.startsWith(`skerry: ${said}\n\nusage: install.sh `), stderr);
    });
  });
}

for (const args of [["--help"], ["-h"], ["--demo", "-h"]]) {
  Deno.test(`${args.join(" ")} prints the usage`, async () => {
    await withBareMachine(async ({ install }) => {
      const { code, stdout, stderr } = await install(args);
      assert.deepEqual([code, stderr], [0, ""]);
      for (
        const option of ["--demo", "--once", "--test", "--uninstall", "--stop-pods", "--purge"]
      ) {
        assert.ok(stdout.includes(`${option} `), option);
      }
    });
  });
}

Deno.test("it installs every package that the tests demand", async () => {
  const script = await Deno.readTextFile(INSTALL);
  const parts = await Deno.readTextFile(`${ROOT}tests/lab/parts.ts`);
  const packages = [
    ...parts.matchAll(/program\("[^"]+", "([^"]+)"\)/g),
    ...parts.matchAll(/debianPackage: "([^"]+)"/g),
  ].map(([, name]) => name ?? "");
  assert.ok(packages.length > 5);
  for (const name of packages) assert.match(script, new RegExp(`=${name}[\\s)]`), name);
});
