/** What containers may do, as the kernel lets them: users, privileges, system calls, kernel parameters. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { containerOf, eventsOf, logOf, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

type Fields = Readonly<Record<string, unknown>>;

const status = (...names: readonly string[]): string =>
  `grep -E '^(${names.join("|")}):' /proc/self/status`;

/** The kernel's set of capabilities, each named by the number of its bit. */
function capabilities(text: string): ReadonlySet<number> {
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(text)?.[1]}`);
  return new Set(
    Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => bits >> BigInt(bit) & 1n),
  );
}

const CAP_CHOWN = 0;
const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

Deno.test("what a container may do", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, { kubelet: { allowedUnsafeSysctls: ["net.core.*"] } });
  await Deno.mkdir(`${agent.rootDir}/seccomp`);
  await agent.start();

  /** Runs a pod once and gives what its container wrote. */
  async function said(
    name: string,
    script: string,
    { ofPod = {}, own = {}, spec = {} }: {
      readonly ofPod?: Fields;
      readonly own?: Fields;
      readonly spec?: Fields;
    },
  ): Promise<string> {
    await agent.apply(
      `${name}.yaml`,
      manifest(name, {
        restartPolicy: "Never",
        securityContext: ofPod,
        containers: [container("main", script, { securityContext: own })],
        ...spec,
      }),
    );
    await untilRow(agent, `${name}-edge-1`, "0/1 Completed");
    return await logOf(agent, `${name}-edge-1`);
  }

  await t.step("the pod's user and groups, and a container's own", async () => {
    const ofPod = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] };
    assert.equal(
      await said("user", "id -u; id -g; id -G", { ofPod }),
      "1000\n3000\n3000 2000 4000\n",
    );
    const own = { runAsUser: 65534, runAsGroup: 0 };
    assert.equal(await said("own-user", "id -u; id -g", { ofPod, own }), "65534\n0\n");
  });

  await t.step("capabilities taken, given, and all of them", async () => {
    const script = status("CapEff");
    const usual = capabilities(await said("usual", script, {}));
    assert.ok(usual.has(CAP_CHOWN) && !usual.has(CAP_NET_ADMIN) && !usual.has(CAP_SYS_ADMIN));
    const none = { capabilities: { drop: ["ALL"] } };
    assert.deepEqual(capabilities(await said("no-caps", script, { own: none })), new Set());
    const one = { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } };
    const given = capabilities(await said("one-cap", script, { own: one }));
    assert.deepEqual(given, new Set([CAP_NET_ADMIN]));
    const all = capabilities(await said("privileged", script, { own: { privileged: true } }));
    assert.ok(all.has(CAP_NET_ADMIN) && all.has(CAP_SYS_ADMIN));
  });

  await t.step(
    "a privileged container sees the node's devices and writes where others only read",
    async () => {
      const script = "[ -e /dev/kmsg ] && echo kmsg; mount | grep -c '^proc on /proc/sys '; exit 0";
      assert.equal(await said("devices", script, { own: { privileged: true } }), "kmsg\n0\n");
      assert.equal(await said("no-devices", script, {}), "1\n");
    },
  );

  await t.step("no new privileges only where escalation is forbidden", async () => {
    const script = status("NoNewPrivs");
    const own = { allowPrivilegeEscalation: false };
    assert.match(await said("no-new", script, { own }), /:\t1\n$/);
    assert.match(await said("may-grow", script, {}), /:\t0\n$/);
  });

  await t.step(
    "a root file system that can only be read, and volumes that can be written",
    async () => {
      const script = "touch /new 2>&1; touch /data/new && echo written";
      const spec = {
        containers: [
          container("main", script, {
            securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          }),
        ],
        volumes: [{ name: "data", emptyDir: {} }],
      };
      assert.equal(
        await said("read-only", script, { spec }),
        "touch: /new: Read-only file system\nwritten\n",
      );
    },
  );

  await t.step("what of /proc is kept from it", async () => {
    const script = "(echo x > /proc/sys/kernel/domainname) 2>&1; wc -c < /proc/interrupts";
    const refused = "sh: can't create /proc/sys/kernel/domainname: Read-only file system";
    assert.equal(await said("masked", script, {}), `${refused}\n0\n`);
    assert.match(await said("unmasked", script, { own: { privileged: true } }), /^[1-9]\d*\n$/);
  });

  await t.step(
    "system calls: none forbidden, the runtime's list, a list of the node's own",
    async () => {
      const script = `${status("Seccomp")}; mkdir /tmp/made 2>&1 || echo refused`;
      assert.match(await said("unconfined", script, {}), /:\t0\n$/);
      const byDefault = { seccompProfile: { type: "RuntimeDefault" } };
      assert.match(await said("default-calls", script, { ofPod: byDefault }), /:\t2\n$/);
      await Deno.writeTextFile(
        `${agent.rootDir}/seccomp/no-mkdir.json`,
        JSON.stringify({
          defaultAction: "SCMP_ACT_ALLOW",
          syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }],
        }),
      );
      const own = { seccompProfile: { type: "Localhost", localhostProfile: "no-mkdir.json" } };
      assert.match(
        await said("own-calls", script, { ofPod: byDefault, own }),
        /:\t2\nmkdir: .*Operation not permitted\nrefused\n$/,
      );
    },
  );

  await t.step("a list of system calls that the node does not have", async () => {
    const own = { seccompProfile: { type: "Localhost", localhostProfile: "nowhere.json" } };
    await agent.apply(
      "no-list.yaml",
      manifest("no-list", { containers: [container("main", FOREVER, { securityContext: own })] }),
    );
    const pod = await untilRow(agent, "no-list-edge-1", "0/1 CreateContainerError");
    assert.match(containerOf(pod).state?.waiting?.message ?? "", /seccomp\/nowhere\.json/);
    await agent.remove("no-list.yaml");
  });

  await t.step("kernel parameters, safe ones and one that the node allows", async () => {
    const sysctls = [
      { name: "net.ipv4.ip_unprivileged_port_start", value: "7" },
      { name: "net/core/somaxconn", value: "321" },
      { name: "kernel.shm_rmid_forced", value: "1" },
    ];
    const script = "cat /proc/sys/net/ipv4/ip_unprivileged_port_start " +
      "/proc/sys/net/core/somaxconn /proc/sys/kernel/shm_rmid_forced";
    assert.equal(await said("sysctls", script, { ofPod: { sysctls } }), "7\n321\n1\n");
  });

  await t.step("one that is the node's refuses the pod", async () => {
    const sysctls = [{ name: "vm.swappiness", value: "1" }];
    await agent.apply(
      "forbidden.yaml",
      manifest("forbidden", {
        securityContext: { sysctls },
        containers: [container("main", FOREVER)],
      }),
    );
    const pod = await untilRow(agent, "forbidden-edge-1", "0/1 SysctlForbidden");
    const why = 'forbidden sysctl: "vm.swappiness" not allowlisted';
    assert.equal(pod.status?.message, `Pod was rejected: ${why}`);
    const [event] = await eventsOf(agent, "forbidden-edge-1");
    assert.deepEqual([event?.type, event?.reason, event?.message], [
      "Warning",
      "SysctlForbidden",
      why,
    ]);
  });

  await t.step("an image of root does not run where root may not", async () => {
    const securityContext = { runAsNonRoot: true };
    await agent.apply(
      "root.yaml",
      manifest("root", { securityContext, containers: [container("main", FOREVER)] }),
    );
    const pod = await untilRow(agent, "root-edge-1", "0/1 CreateContainerConfigError");
    assert.match(
      containerOf(pod).state?.waiting?.message ?? "",
      /^container has runAsNonRoot and image will run as root \(pod: "root-edge-1_default\(/,
    );
    assert.equal(
      await said("not-root", "id -u", { ofPod: { ...securityContext, runAsUser: 7 } }),
      "7\n",
    );
  });

  await t.step("AppArmor, where the kernel has it or not", async () => {
    const isThere = await Deno.stat("/sys/module/apparmor").then(() => true, () => false);
    const appArmorProfile = { type: "RuntimeDefault" };
    await agent.apply(
      "armoured.yaml",
      manifest("armoured", {
        securityContext: { appArmorProfile },
        containers: [container("main", FOREVER)],
      }),
    );
    if (isThere) {
      await untilRow(agent, "armoured-edge-1", "1/1 Running");
    } else {
      const pod = await untilRow(agent, "armoured-edge-1", "0/1 AppArmor");
      assert.equal(
        pod.status?.message,
        "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host",
      );
    }
  });

  await t.step("a node that fits the selector, and one that does not", async () => {
    const on = (arch: string) => ({
      nodeSelector: { "kubernetes.io/arch": arch },
      containers: [container("main", FOREVER)],
    });
    const own = Deno.build.arch === "aarch64" ? "arm64" : "amd64";
    await agent.apply("here.yaml", manifest("here", on(own)));
    await agent.apply("elsewhere.yaml", manifest("elsewhere", on("s390x")));
    await untilRow(agent, "here-edge-1", "1/1 Running");
    const pod = await untilPod(
      agent,
      "elsewhere-edge-1",
      ({ status }) => status?.phase === "Failed",
    );
    assert.equal(pod.status?.reason, "NodeAffinity");
  });
});
