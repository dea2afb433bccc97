/** The container runtime's suite against this machine's containerd, and what only a real runtime can show. */
import assert from "node:assert/strict";
import type { ContainerConfig, RuntimeEvent, SandboxConfig } from "../../../src/core/cri/types.ts";
import { waitUntil } from "../../lab/processes.ts";
import { runtimeSuite } from "../runtime_suite.ts";
import { containerdSubject, openCri } from "./containerd_subject.ts";

runtimeSuite("containerd", () => containerdSubject());

type Cri = Awaited<ReturnType<typeof openCri>>;

const namespaces = { network: "Pod", pid: "Container", ipc: "Pod" } as const;
const seccomp = { type: "RuntimeDefault" } as const;

function sandboxOf({ lab }: Cri, more: Partial<SandboxConfig> = {}): SandboxConfig {
  return {
    metadata: { name: "web", namespace: "default", uid: "uid-web", attempt: 0 },
    hostname: "web",
    logDirectory: `${lab.workDir}/logs`,
    portMappings: [],
    labels: {},
    annotations: {},
    cgroupParent: `${lab.cgroupRoot}/web`,
    security: { namespaces, seccomp },
    sysctls: {},
    resources: {},
    ...more,
  };
}

/** Runs a shell script in a pod; gives the container's ID. */
async function start(
  cri: Cri,
  { script, sandbox = sandboxOf(cri), ...more }: Partial<ContainerConfig> & {
    readonly script: string;
    readonly sandbox?: SandboxConfig;
  },
): Promise<string> {
  const config: ContainerConfig = {
    metadata: { name: "main", attempt: 0 },
    image: cri.lab.images.busybox,
    userSpecifiedImage: cri.lab.images.busybox,
    command: ["sh", "-c", script],
    args: [],
    workingDir: "",
    env: [],
    mounts: [],
    labels: {},
    annotations: {},
    logPath: "main.log",
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: {},
    security: { namespaces, seccomp, maskedPaths: [], readonlyPaths: [] },
    ...more,
  };
  const sandboxId = await cri.runtime.runSandbox(sandbox);
  const id = await cri.runtime.createContainer({ sandboxId, config, sandboxConfig: sandbox });
  await cri.runtime.startContainer(id);
  return id;
}

async function ended({ runtime }: Cri, id: string): Promise<void> {
  const isOver = async () => (await runtime.container(id)).state === "Exited";
  assert.ok(await waitUntil(isOver, { timeoutMs: 60_000 }), "the container still runs");
}

/** A subscription does not say when it has begun: sandboxes are made until it tells of one. */
async function untilTold(cri: Cri, events: readonly RuntimeEvent[]): Promise<void> {
  let attempt = 0;
  const isTold = async () => {
    const metadata = { name: "herald", namespace: "default", uid: "uid-herald", attempt };
    await cri.runtime.runSandbox(sandboxOf(cri, { metadata }));
    attempt += 1;
    return events.length > 0;
  };
  assert.ok(await waitUntil(isTold, { timeoutMs: 60_000, intervalMs: 500 }), "no event");
}

const logLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\S+ (stdout|stderr) ([FP]) (.*)$/;

/** The log's lines without their times. */
async function logged(path: string): Promise<readonly string[]> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  return lines.map((line) => {
    const [, stream, tag, text] = logLine.exec(line) ?? assert.fail(`not in CRI's format: ${line}`);
    return `${stream} ${tag} ${text}`;
  });
}

Deno.test("containerd: what is configured reaches the container, what it says reaches the log", async () => {
  await using cri = await openCri();
  await Deno.writeTextFile(`${cri.lab.workDir}/file`, "from the host");
  const id = await start(cri, {
    sandbox: sandboxOf(cri, {
      dns: { servers: ["192.0.2.53"], searches: ["lab.test"], options: ["ndots:3"] },
      sysctls: { "net.ipv4.ip_forward": "0" },
    }),
    script: `
      echo "$GREETING $1"; echo trouble >&2; hostname; pwd; id -u; cat /file; echo
      echo x 2>/dev/null > /file || echo read-only
      cat /etc/resolv.conf; cat /proc/sys/net/ipv4/ip_forward; printf end
    `,
    args: ["sh", "wörld"],
    workingDir: "/tmp",
    env: [{ key: "GREETING", value: "hellö = $x" }],
    mounts: [{
      containerPath: "/file",
      hostPath: `${cri.lab.workDir}/file`,
      readonly: true,
      propagation: "Private",
    }],
    security: {
      namespaces,
      seccomp,
      runAsUser: 65534,
      maskedPaths: [],
      readonlyPaths: [],
    },
  });
  await ended(cri, id);
  const lines = await logged(`${cri.lab.workDir}/logs/main.log`);
  assert.deepEqual(lines.filter((line) => line.startsWith("stderr")), ["stderr F trouble"]);
  assert.deepEqual(lines.filter((line) => line.startsWith("stdout")), [
    "stdout F hellö = $x wörld",
    "stdout F web",
    "stdout F /tmp",
    "stdout F 65534",
    "stdout F from the host",
    "stdout F read-only",
    "stdout F search lab.test",
    "stdout F nameserver 192.0.2.53",
    "stdout F options ndots:3",
    "stdout F 0",
    "stdout P end",
  ]);
});

Deno.test("containerd: a log that was moved away is begun anew", async () => {
  await using cri = await openCri();
  const log = `${cri.lab.workDir}/logs/main.log`;
  const id = await start(cri, {
    script: "echo first; while [ ! -e /go/on ]; do sleep 0.02; done; echo second",
    mounts: [{
      containerPath: "/go",
      hostPath: cri.lab.workDir,
      readonly: true,
      propagation: "Private",
    }],
  });
  const hasLine = async () => (await Deno.readTextFile(log)).includes("first");
  assert.ok(await waitUntil(hasLine, { timeoutMs: 60_000 }));
  await Deno.rename(log, `${log}.1`);
  await cri.runtime.reopenLog(id);
  await Deno.writeTextFile(`${cri.lab.workDir}/on`, "");
  await ended(cri, id);
  assert.deepEqual(await logged(`${log}.1`), ["stdout F first"]);
  assert.deepEqual(await logged(log), ["stdout F second"]);
});

Deno.test("containerd: a host port leads to the pod", async () => {
  await using cri = await openCri();
  await start(cri, {
    sandbox: sandboxOf(cri, {
      portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
    }),
    script: "echo from the pod > /tmp/index.html; exec httpd -f -p 80 -h /tmp",
  });
  const { lab } = cri;
  const get = () => lab.exec(["busybox", "wget", "-qO-", `http://${lab.nodeAddress}:8080/`]);
  const answers = async () => (await get()).stdout === "from the pod\n";
  assert.ok(await waitUntil(answers, { timeoutMs: 60_000 }), (await get()).stderr);
});

Deno.test("containerd: limits reach the cgroup, and events tell of memory that ran out", async () => {
  await using cri = await openCri();
  const events: RuntimeEvent[] = [];
  const stop = new AbortController();
  const following = (async () => {
    for await (const event of cri.runtime.events(stop.signal)) events.push(event);
  })();
  await untilTold(cri, events);
  const id = await start(cri, {
    script: "tail /dev/zero",
    resources: { memoryLimitBytes: 24 << 20, cpuShares: 102, cpuQuota: 50_000, cpuPeriod: 100_000 },
  });
  await ended(cri, id);
  const told = () => events.filter(({ containerId }) => containerId === id).map(({ type }) => type);
  await waitUntil(() => told().length === 4, { timeoutMs: 60_000 });
  // The kernel's notice and the end of the process reach containerd by two ways: either may be first.
  assert.deepEqual(told().slice(0, 2), ["Created", "Started"]);
  assert.deepEqual(told().slice(2).toSorted(), ["Exited", "OutOfMemory"]);
  const { stdout } = await cri.lab.ctr(["containers", "info", id]);
  const { resources } = JSON.parse(stdout).Spec.linux;
  assert.equal(resources.memory.limit, 24 << 20);
  assert.deepEqual(resources.cpu, { shares: 102, quota: 50_000, period: 100_000 });
  stop.abort();
  await following;
});
