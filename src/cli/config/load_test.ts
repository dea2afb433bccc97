/** Where the configuration comes from, what overrides what, and what is said of it. */
import assert from "node:assert/strict";
import {
  configurationOf,
  type Given,
  kubeletDocument,
  problemsOf,
  skerryDocument,
} from "../../../tests/fakes/configuration_files.ts";
import { evictionThresholds } from "../../core/node/eviction_threshold.ts";
import { CliError } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";
import type { Configuration } from "./configuration.ts";
import { SKERRY_DEFAULTS } from "./kinds.ts";
import { KUBELET_DEFAULTS } from "./kubelet_defaults.ts";
import { loadConfiguration } from "./load.ts";

Deno.test("without files and flags everything is the kubelet's default, but that client certificates are rotated", async () => {
  const { effective, ...configuration } = await configurationOf({});
  assert.deepEqual(effective, { kubelet: KUBELET_DEFAULTS, skerry: SKERRY_DEFAULTS });
  assert.deepEqual(configuration, {
    nodeName: "pi-1",
    nodeIps: [],
    staticPodPath: undefined,
    fileCheckMs: 20_000,
    relistMs: 60_000,
    volumeStatsPeriodMs: 60_000,
    rootDir: "/var/lib/skerry",
    journal: { maxRecords: 20_000, maxBytes: 8 * 1024 ** 2 },
    k3sServer: undefined,
    kubeconfig: undefined,
    bootstrapKubeconfig: undefined,
    apiRate: { perSecond: 50, burst: 100 },
    certificates: {
      dir: "/var/lib/skerry/pki",
      rotateClient: true,
      serving: { kind: "SelfSigned" },
    },
    podLogsDir: "/var/log/pods",
    imagesDir: "/var/lib/skerry/images",
    controlSocket: "/run/skerry/skerry.sock",
    registryConfig: "/var/lib/skerry/config.json",
    storeKeyFile: undefined,
    securityLog: { path: "/var/lib/skerry/security.log", maxBytes: 5 * 1024 * 1024 },
    relay: null,
    runtimeEndpoint: "unix:///run/containerd/containerd.sock",
    imageEndpoint: "unix:///run/containerd/containerd.sock",
    runtimeRequestTimeoutMs: 120_000,
    streamIdleMs: 4 * 3_600_000,
    parallelPulls: 1,
    imageGc: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs: 0 },
    cluster: {
      register: true,
      registration: { labels: {}, taints: [], providerId: "", controllerAttachDetach: true },
      limits: { maxPods: 110, podsPerCore: 0 },
      reservations: {
        system: {},
        kube: {},
        evictionHard: evictionThresholds({
          "memory.available": "100Mi",
          "nodefs.available": "10%",
          "nodefs.inodesFree": "5%",
          "imagefs.available": "15%",
          "imagefs.inodesFree": "5%",
        }),
      },
      evictionSoft: [],
      pressureTransitionMs: 300_000,
      enforcePods: true,
      maxImages: 50,
      kubeletPort: 10250,
      updateMs: 10_000,
      reportMs: 300_000,
      leaseDurationSeconds: 40,
      events: { perSecond: 50, burst: 100 },
    },
    server: {
      address: "0.0.0.0",
      port: 10250,
      readOnlyPort: null,
      tls: { minVersion: "TLSv1.2", ciphers: null },
      auth: {
        clientCaFile: undefined,
        anonymous: false,
        tokenReview: { cacheMs: 120_000 },
        accessReview: { allowedMs: 300_000, deniedMs: 30_000 },
      },
      debuggingHandlers: true,
      systemLogs: true,
      profiling: false,
      debugFlags: false,
    },
    healthz: { address: "127.0.0.1", port: 10248 },
    cgroups: {
      driver: "cgroupfs",
      root: "/",
      perQos: true,
      cpuCfsQuota: true,
      cpuCfsQuotaPeriodMs: 100,
      podPidsLimit: -1,
    },
    clusterDns: [],
    clusterDomain: "",
    resolvConf: "/etc/resolv.conf",
    seccompDefault: false,
    allowedUnsafeSysctls: [],
    logRotation: { maxBytes: 10 * 1024 * 1024, maxFiles: 5, intervalMs: 10_000 },
    backoff: { initialMs: 10_000, maxMs: 300_000 },
    failSwapOn: true,
    failCgroupV1: true,
    logging: { format: "text", verbosity: 0 },
    warnings: [],
  });
});

/** What is given, and the part of the configuration that it decides. */
const CASES: Readonly<
  Record<string, readonly [given: Given, expected: Partial<Configuration>]>
> = {
  "the default file is read": [
    { files: { "/etc/skerry/config.yaml": kubeletDocument("staticPodPath: /pods") } },
    { staticPodPath: "/pods" },
  ],
  "--config is read in its place": [
    {
      flags: { config: "/my.yaml" },
      files: {
        "/etc/skerry/config.yaml": kubeletDocument("staticPodPath: /pods"),
        "/my.yaml": kubeletDocument("syncFrequency: 5s"),
      },
    },
    { staticPodPath: undefined, relistMs: 5_000 },
  ],
  "both kinds lie in one file, as JSON too": [
    {
      files: {
        "/etc/skerry/config.yaml": kubeletDocument("staticPodPath: /pods") + "---\n" +
          JSON.stringify({
            apiVersion: "config.skerry.dev/v1alpha1",
            kind: "SkerryConfiguration",
            rootDir: "/data",
          }),
      },
    },
    {
      staticPodPath: "/pods",
      rootDir: "/data",
      imagesDir: "/data/images",
      registryConfig: "/data/config.json",
      securityLog: { path: "/data/security.log", maxBytes: 5 * 1024 * 1024 },
    },
  ],
  "flags override files": [
    {
      flags: { syncFrequency: "7s", rootDir: "/flag", v: "4", failSwapOn: "false" },
      files: {
        "/etc/skerry/config.yaml":
          kubeletDocument("syncFrequency: 5s", "logging: {format: json, verbosity: 2}") +
          "---\n" + skerryDocument("rootDir: /file", "imagesDir: /images"),
      },
    },
    {
      relistMs: 7_000,
      rootDir: "/flag",
      imagesDir: "/images",
      logging: { format: "json", verbosity: 4 },
      failSwapOn: false,
    },
  ],
  "drop-ins are merged in the order of their names; lists are replaced, null gives the default": [
    {
      flags: { configDir: "/etc/skerry/config.d" },
      files: {
        "/etc/skerry/config.yaml": kubeletDocument(
          "clusterDNS: [10.0.0.1, 10.0.0.2]",
          "logging: {format: json}",
          "clusterDomain: cluster.local",
        ),
        "/etc/skerry/config.d/20-more.conf": kubeletDocument(
          "clusterDNS: [10.0.0.3]",
          "syncFrequency: 2s",
        ),
        "/etc/skerry/config.d/10-first.conf": kubeletDocument(
          "syncFrequency: 1s",
          "logging: {verbosity: 3}",
          "clusterDomain: null",
        ) + "---\n" + skerryDocument("rootDir: /data"),
        "/etc/skerry/config.d/15/inner.conf": kubeletDocument("fileCheckFrequency: 3s"),
        "/etc/skerry/config.d/30-not.yaml": "not read",
      },
    },
    {
      clusterDns: ["10.0.0.3"],
      relistMs: 2_000,
      logging: { format: "json", verbosity: 3 },
      clusterDomain: "",
      fileCheckMs: 3_000,
      rootDir: "/data",
    },
  ],
  "paths start at the file, or at the working directory for flags": [
    {
      flags: { config: "conf/my.yaml", imagesDir: "tars", resolvConf: "resolv" },
      files: {
        "conf/my.yaml": kubeletDocument("staticPodPath: ../pods") + "---\n" +
          skerryDocument("rootDir: state"),
      },
    },
    {
      staticPodPath: "/home/me/pods",
      rootDir: "/home/me/conf/state",
      imagesDir: "/home/me/tars",
      resolvConf: "/home/me/resolv",
    },
  ],
  "an empty resolvConf is none at all": [
    { flags: { resolvConf: "" } },
    { resolvConf: undefined },
  ],
  "pulls side by side": [
    { flags: { serializeImagePulls: "false" } },
    { parallelPulls: Infinity },
  ],
  "a number of pulls above 1 says that they are not one after another": [
    { files: { "/etc/skerry/config.yaml": kubeletDocument("maxParallelImagePulls: 4") } },
    { parallelPulls: 4 },
  ],
  "a negative log size turns rotation off": [
    { flags: { containerLogMaxSize: "-1" } },
    { logRotation: { maxBytes: Infinity, maxFiles: 5, intervalMs: 10_000 } },
  ],
  "a bare path is a unix socket, and images follow the runtime": [
    { flags: { containerRuntimeEndpoint: "/run/my.sock" } },
    { runtimeEndpoint: "unix:///run/my.sock", imageEndpoint: "unix:///run/my.sock" },
  ],
  "a shorter back-off": [
    {
      files: {
        "/etc/skerry/config.yaml": kubeletDocument(
          "crashLoopBackOff: {maxContainerRestartPeriod: 30s}",
        ),
      },
    },
    { backoff: { initialMs: 10_000, maxMs: 30_000 } },
  ],
  "names become lower case, addresses come with a comma between": [
    { flags: { hostnameOverride: " Edge-7 ", nodeIp: ["192.168.1.7", "fd00::7"] } },
    { nodeName: "edge-7", nodeIps: ["192.168.1.7", "fd00::7"] },
  ],
  "certificates lie below the root directory": [
    { flags: { rootDir: "/data" } },
    {
      certificates: { dir: "/data/pki", rotateClient: true, serving: { kind: "SelfSigned" } },
    },
  ],
  "the serving certificate comes from files": [
    { flags: { certDir: "/pki", tlsCertFile: "a.crt", tlsPrivateKeyFile: "/a.key" } },
    {
      certificates: {
        dir: "/pki",
        rotateClient: true,
        serving: { kind: "Files", certificatePath: "/home/me/a.crt", keyPath: "/a.key" },
      },
    },
  ],
  "the cluster is asked for the serving certificate, though there are files": [
    {
      files: {
        "/etc/skerry/config.yaml": kubeletDocument(
          "serverTLSBootstrap: true",
          "rotateCertificates: false",
          "tlsCertFile: a.crt",
          "tlsPrivateKeyFile: a.key",
        ),
      },
    },
    {
      certificates: {
        dir: "/var/lib/skerry/pki",
        rotateClient: false,
        serving: { kind: "Requested" },
      },
    },
  ],
  "a node's name and addresses may stand in a file, and flags are over it": [
    {
      flags: { hostnameOverride: "edge-8" },
      files: {
        "/etc/skerry/config.yaml": skerryDocument("nodeName: edge-7", "nodeIPs: [192.168.1.7]"),
      },
    },
    { nodeName: "edge-8", nodeIps: ["192.168.1.7"] },
  ],
  "fields that are not acted on are named in one warning": [
    {
      flags: { configDir: "/d" },
      files: {
        "/etc/skerry/config.yaml": kubeletDocument("staticPodPath: /p", "contentType: a/b"),
        "/d/a.conf": kubeletDocument("logging: {format: json, vmodule: []}", "hairpinMode: none"),
      },
    },
    {
      warnings: [
        "Fields of the configuration that are not acted on yet: " +
        "contentType (/etc/skerry/config.yaml:4), logging.vmodule (/d/a.conf:3), hairpinMode (/d/a.conf:4)",
      ],
    },
  ],
};

for (const [name, [given, expected]] of Object.entries(CASES)) {
  Deno.test(name, async () => {
    const configuration = await configurationOf(given);
    const keys = new Set(Object.keys(expected));
    const actual = Object.fromEntries(
      Object.entries(configuration).filter(([key]) => keys.has(key)),
    );
    assert.deepEqual(actual, expected);
  });
}

/** What is given, and the problems. */
const REFUSED: Readonly<Record<string, readonly [given: Given, problems: readonly string[]]>> = {
  "files that were named must be there": [
    { flags: { config: "/no.yaml", configDir: "/no.d" } },
    ["--config-dir: /no.d does not exist", "--config: /no.yaml does not exist"],
  ],
  "an empty file": [
    { files: { "/etc/skerry/config.yaml": "# later\n" } },
    [
      "/etc/skerry/config.yaml:1:1: expected a KubeletConfiguration or a SkerryConfiguration, " +
      "found nothing",
    ],
  ],
  "not YAML": [
    { files: { "/etc/skerry/config.yaml": "a: [1\n" } },
    [
      "/etc/skerry/config.yaml:2:1: Flow sequence in block collection must be sufficiently " +
      "indented and end with a ]",
    ],
  ],
  "a list": [
    { files: { "/etc/skerry/config.yaml": "- a\n" } },
    ["/etc/skerry/config.yaml:1:1: expected a map of fields, found a list"],
  ],
  "a key that is there twice": [
    { files: { "/etc/skerry/config.yaml": kubeletDocument("port: 1", "port: 2") } },
    [`/etc/skerry/config.yaml:4:1: the key "port" is there twice`],
  ],
  "another kind": [
    { files: { "/etc/skerry/config.yaml": "apiVersion: v1\nkind: Pod\n" } },
    [
      "/etc/skerry/config.yaml:2:1: kind: expected KubeletConfiguration or SkerryConfiguration, " +
      "found Pod",
    ],
  ],
  "no kind": [
    { files: { "/etc/skerry/config.yaml": "staticPodPath: /pods\n" } },
    [
      "/etc/skerry/config.yaml:1:1: kind: expected KubeletConfiguration or SkerryConfiguration, " +
      "found nothing",
    ],
  ],
  "another version": [
    {
      files: {
        "/etc/skerry/config.yaml":
          "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1\n",
      },
    },
    [
      "/etc/skerry/config.yaml:2:1: apiVersion: expected kubelet.config.k8s.io/v1beta1 for a " +
      "KubeletConfiguration, found kubelet.config.k8s.io/v1",
    ],
  ],
  "one kind twice in a file": [
    { files: { "/etc/skerry/config.yaml": `${kubeletDocument()}---\n${kubeletDocument()}` } },
    [
      "/etc/skerry/config.yaml:5:1: kind: expected one KubeletConfiguration in a file, " +
      "found another",
    ],
  ],
  "a value is refused at the place that had the last word": [
    {
      flags: { configDir: "/d" },
      files: {
        "/etc/skerry/config.yaml": kubeletDocument("containerLogMaxFiles: 1"),
        "/d/a.conf": kubeletDocument("containerLogMaxFiles: 0"),
      },
    },
    ["/d/a.conf:3:1: containerLogMaxFiles: expected a number of 2 or more, found 0"],
  ],
  "flags are a place of their own": [
    {
      flags: {
        syncFrequency: "5",
        failSwapOn: "maybe",
        podMaxPids: "many",
        cgroupDriver: "",
        clusterDns: ["1.2.3.4", "5"],
        containerLogMaxFiles: "1",
        nodeIp: ["here"],
        hostnameOverride: "my_pi",
        socket: `/${"s".repeat(107)}`,
      },
    },
    [
      `--cgroup-driver: expected "cgroupfs" or "systemd", found ""`,
      `--cluster-dns: expected an IP address, found "5"`,
      `--container-log-max-files: expected a number of 2 or more, found 1`,
      `--fail-swap-on: expected true or false, found "maybe"`,
      `--hostname-override: expected lower case letters, digits, - and . as a node's name, ` +
      `found "my_pi"`,
      `--node-ip: expected an IP address, found "here"`,
      `--pod-max-pids: expected a whole number, found "many"`,
      `--socket: expected a path of at most 107 bytes, found "/${"s".repeat(38)}…`,
      `--sync-frequency: the duration "5" has no unit, write it as "5s" for seconds`,
    ],
  ],
  "paths that Deno keeps the agent out of": [
    {
      flags: { rootDir: "/proc/skerry", podManifestPath: "/dev/shm/pods", resolvConf: "/dev/null" },
      files: {
        "/etc/skerry/config.yaml":
          kubeletDocument("podLogsDir: /sys", "resolvConf: /proc/self/fd/3") + "---\n" +
          skerryDocument(
            "imagesDir: ../../dev/shm",
            "controlSocket: /dev/shm/s.sock",
            "registryConfig: /process/config.json",
          ),
      },
    },
    [
      `--pod-manifest-path: expected a path outside /proc, /sys and /dev, found "/dev/shm/pods"`,
      `--root-dir: expected a path outside /proc, /sys and /dev, found "/proc/skerry"`,
      `/etc/skerry/config.yaml:3:1: podLogsDir: expected a path outside /proc, /sys and /dev, ` +
      `found "/sys"`,
      `/etc/skerry/config.yaml:8:1: imagesDir: expected a path outside /proc, /sys and /dev, ` +
      `found "/dev/shm"`,
      `/etc/skerry/config.yaml:9:1: controlSocket: expected a path outside /proc, /sys and /dev, ` +
      `found "/dev/shm/s.sock"`,
    ],
  ],
  "a security log that would hold nothing": [
    {
      files: {
        "/etc/skerry/config.yaml": skerryDocument("securityLogMaxSize: 1Ki"),
      },
    },
    [
      `/etc/skerry/config.yaml:3:1: securityLogMaxSize: expected a quantity of bytes of 64Ki or more, ` +
      `such as 5Mi, found "1Ki"`,
    ],
  ],
  "a relay without what it needs": [
    {
      files: {
        "/etc/skerry/config.yaml": skerryDocument(
          "relay:",
          "  brokers: [mqtt://broker.example.com, mqtts://broker.example.com]",
          "  mode: Sometimes",
          "  keepAlive: 1s",
          "  maxMessageSize: 1Ki",
          "  certFile: node.crt",
        ),
      },
    },
    [
      "/etc/skerry/config.yaml:4:3: relay.brokers: expected kubeconfig to be set as well, found it empty",
      "/etc/skerry/config.yaml:4:3: relay.brokers: expected relay.cluster to be set as well, found it empty",
      "/etc/skerry/config.yaml:4:13: relay.brokers[0]: expected a broker's URL (it is not encrypted; use mqtts:// (only a broker on " +
      'loopback may go without)), found "mqtt://broker.example.com"',
      '/etc/skerry/config.yaml:5:3: relay.mode: expected "Fallback" or "Always", found "Sometimes"',
      '/etc/skerry/config.yaml:6:3: relay.keepAlive: expected a duration from 5s to 18h, found "1s"',
      '/etc/skerry/config.yaml:7:3: relay.maxMessageSize: expected a quantity of bytes from 4Ki to 256Ki, found "1Ki"',
      "/etc/skerry/config.yaml:8:3: relay.certFile: expected certFile and keyFile to be set together, found one of them",
    ],
  ],
  "messages that no bridge takes": [
    {
      files: { "/etc/skerry/config.yaml": skerryDocument("relay:", "  maxMessageSize: 257Ki") },
    },
    [
      '/etc/skerry/config.yaml:4:3: relay.maxMessageSize: expected a quantity of bytes from 4Ki to 256Ki, found "257Ki"',
    ],
  ],
  "a journal that would hold nothing": [
    {
      files: {
        "/etc/skerry/config.yaml": skerryDocument("journalMaxSize: 1Ki", "journalMaxRecords: 5"),
      },
    },
    [
      `/etc/skerry/config.yaml:3:1: journalMaxSize: expected a quantity of bytes of 64Ki or more, ` +
      `such as 5Mi, found "1Ki"`,
      `/etc/skerry/config.yaml:4:1: journalMaxRecords: expected a number of 100 or more, found 5`,
    ],
  ],
  "a shell's <( ), which Deno keeps the agent out of": [
    { flags: { config: "/dev/fd/63" } },
    [`--config: expected a path outside /proc, /sys and /dev, found "/dev/fd/63"`],
  ],
  "half of a serving certificate": [
    { flags: { tlsCertFile: "/a.crt" } },
    ["--tls-cert-file: expected tlsPrivateKeyFile to be set as well, found it empty"],
  ],
  "a bootstrap kubeconfig without the one that is to be made": [
    { flags: { bootstrapKubeconfig: "/b" } },
    ["--bootstrap-kubeconfig: expected kubeconfig to be set as well, found it empty"],
  ],
  "a key without its certificate": [
    { flags: { tlsPrivateKeyFile: "/a.key" } },
    ["--tls-private-key-file: expected tlsCertFile to be set as well, found it empty"],
  ],
  "two addresses of one family": [
    { flags: { nodeIp: ["1.2.3.4", "1.2.3.5"] } },
    ["--node-ip: expected at most one IPv4 and one IPv6 address, found 1.2.3.4,1.2.3.5"],
  ],
  "every problem is listed, in the order of the lines": [
    {
      files: {
        "/etc/skerry/config.yaml": kubeletDocument(
          "staticPodPth: /pods",
          "wrong: 1",
          "logging:",
          "  formt: json",
          "  verbosity: high",
          "maxPods: -1",
          "port: x",
          "clusterDNS:",
          "- a",
          "- 10.0.0.10",
        ) + "---\n" + skerryDocument("rootdir: /x", "imagesDir: []"),
      },
    },
    [
      "/etc/skerry/config.yaml:3:1: staticPodPth: unknown field; did you mean staticPodPath or " +
      "staticPodURL?",
      "/etc/skerry/config.yaml:4:1: wrong: unknown field; no known one is spelled like it",
      "/etc/skerry/config.yaml:6:3: logging.formt: unknown field; did you mean format?",
      `/etc/skerry/config.yaml:7:3: logging.verbosity: expected a whole number, found "high"`,
      "/etc/skerry/config.yaml:8:1: maxPods: expected a number of 0 or more, found -1",
      `/etc/skerry/config.yaml:9:1: port: expected a whole number, found "x"`,
      `/etc/skerry/config.yaml:11:3: clusterDNS[0]: expected an IP address, found "a"`,
      "/etc/skerry/config.yaml:16:1: rootdir: unknown field; did you mean rootDir?",
      "/etc/skerry/config.yaml:17:1: imagesDir: expected a string, found a list",
    ],
  ],
};

for (const [name, [given, problems]] of Object.entries(REFUSED)) {
  Deno.test(`refused: ${name}`, async () => {
    assert.deepEqual(await problemsOf(given), problems);
  });
}

Deno.test("a refusal says how many problems there are, and ends the program with code 3", async () => {
  await assert.rejects(configurationOf({ flags: { cgroupDriver: "x", v: "-1" } }), (err) => {
    assert.ok(err instanceof CliError);
    assert.equal(err.exitCode, ExitCode.configuration);
    assert.equal(
      err.message,
      "the configuration has 2 problems:\n" +
        `--cgroup-driver: expected "cgroupfs" or "systemd", found "x"\n` +
        `--v: expected a number of 0 or more, found -1`,
    );
    return true;
  });
});

Deno.test("a machine whose name is none for a node is told of --hostname-override", async () => {
  const files = { readFile: () => Promise.resolve(null), readDir: () => Promise.resolve(null) };
  await assert.rejects(
    loadConfiguration({ flags: {}, hostname: "my_pi", cwd: "/", files }),
    /--hostname-override: expected .* found the machine's "my_pi": give another one with this flag/,
  );
});

Deno.test("requests that are not limited by anybody's wish come 5 a second, as with the kubelet's client", async () => {
  const content = kubeletDocument("kubeAPIQPS: 0", "kubeAPIBurst: 0");
  const { apiRate } = await configurationOf({ files: { "/etc/skerry/config.yaml": content } });
  assert.deepEqual(apiRate, { perSecond: 5, burst: 100 });
});

Deno.test("a file that cannot be read is a problem, not a crash", async () => {
  const files = {
    readFile: () => Promise.reject(new Error("permission denied")),
    readDir: () => Promise.reject(new Error("not a directory")),
  };
  await assert.rejects(
    loadConfiguration({ flags: { configDir: "/d" }, hostname: "a", cwd: "/", files }),
    {
      message: "the configuration has 2 problems:\n" +
        "--config-dir: /d cannot be read: not a directory\n" +
        "/etc/skerry/config.yaml: cannot be read: permission denied",
    },
  );
});
