/** What Kubernetes finds wrong with pods. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { formatFieldPath } from "../field_path.ts";
import type { Container, EnvVarSource, Pod } from "../k8s.ts";
import { validatePod } from "./validate.ts";

/** Each problem as people see it. */
function problems(given: Pick<Pod, "metadata" | "spec">): readonly string[] {
  return validatePod(given).map(({ path, message }) => `${formatFieldPath(path)}: ${message}`);
}

const web = pod("web");

Deno.test("a pod that uses everything rightly has no problems", () => {
  const rich = web
    .labels({ app: "web", "example.com/tier": "" })
    .annotations({ "Example.com/Note": "anything at all" })
    .volume("data", { emptyDir: { sizeLimit: "1Mi" } })
    .volume("host", { hostPath: { path: "/srv/..data", type: "Directory" } })
    .initContainer("init")
    .sidecar("side", { ports: [{ containerPort: 9000, hostPort: 9000 }] })
    .container("main", {
      ports: [
        { name: "http", containerPort: 80, hostPort: 8080, hostIP: "192.0.2.1" },
        { name: "dns", containerPort: 80, hostPort: 8080, protocol: "UDP" },
      ],
      env: [{ name: "A", value: "" }],
      volumeMounts: [
        { name: "data", mountPath: "/data", mountPropagation: "HostToContainer" },
        { name: "host", mountPath: "relative" },
      ],
      resources: { requests: { cpu: "1" }, limits: { cpu: "1000m", memory: "0" } },
    })
    .spec({
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["192.0.2.53"], searches: ["a.b"], options: [{ name: "ndots" }] },
      hostAliases: [{ ip: "192.0.2.1", hostnames: ["a.example"] }],
      hostname: "web",
      subdomain: "site",
      os: { name: "linux" },
      shareProcessNamespace: true,
    });
  assert.deepEqual(problems(rich.build()), []);
});

function main(fields: Partial<Container>): PodBuilder {
  return web.container("main", fields);
}

function fromValue(valueFrom: EnvVarSource): PodBuilder {
  return main({ env: [{ name: "A", valueFrom }] });
}

function field(fieldPath: string): NonNullable<EnvVarSource["fieldRef"]> {
  return { fieldPath };
}

const onData = { name: "data", mountPath: "/data" };
const cases: readonly [name: string, pod: PodBuilder, expected: readonly (string | RegExp)[]][] = [
  ["name with capitals", pod("Web").uid("u"), [/^metadata\.name: Invalid value: "Web": a lowerc/]],
  ["no name", pod("").uid("u"), ["metadata.name: Required value"]],
  ["namespace with a dot", web.namespace("a.b"), [/^metadata\.namespace: Invalid value: "a\.b": /]],
  ["UID that leads elsewhere", web.uid("../x"), [
    "metadata.uid: Invalid value: \"../x\": must consist of alphanumeric characters or '-', at " +
    "most 128 of them",
  ]],
  ["label that is none", web.labels({ "a b": "c d" }), [
    /^metadata\.labels\[a b\]: Invalid value: "a b": name part must consist/,
    /^metadata\.labels\[a b\]: Invalid value: "c d": a valid label must be/,
  ]],
  ["annotations beyond 256 KiB", web.annotations({ a: "x".repeat(256 * 1024) }), [
    "metadata.annotations: Too long: may not be more than 262144 bytes",
  ]],
  ["container without a name", web.container(""), ["spec.containers[0].name: Required value"]],
  ["container's bad name", web.container("a_b"), [
    /^spec\.containers\[0\]\.name: Invalid value: "a_b": a lowercase RFC 1123 label/,
  ]],
  ["two containers of one name", web.container("a").container("a"), [
    'spec.containers[1].name: Duplicate value: "a"',
  ]],
  ["init container and container of one name", web.initContainer("a").container("a"), [
    'spec.containers[0].name: Duplicate value: "a"',
  ]],
  ["no image", main({ image: "" }), ["spec.containers[0].image: Required value"]],
  ["image with a space", main({ image: "app " }), [
    'spec.containers[0].image: Invalid value: "app ": must not have leading or trailing whitespace',
  ]],
  ["unknown pull policy", main({ imagePullPolicy: "Sometimes" }), [
    'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: ' +
    '"Always", "IfNotPresent", "Never"',
  ]],
  ["unknown restart policy of a container", main({ restartPolicy: "Sometimes" }), [
    'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: ' +
    '"Always", "Never", "OnFailure"',
  ]],
  [
    "restart rules without a policy, codes or a known operator",
    main({
      restartPolicyRules: [
        { action: "Restart" },
        { action: "Stop", exitCodes: { operator: "Above", values: [1] } },
      ],
    }),
    [
      "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
      "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
      'spec.containers[0].restartPolicyRules[1].action: Unsupported value: "Stop": supported values: ' +
      '"Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "Above": ' +
      'supported values: "In", "NotIn"',
    ],
  ],
  ["unknown message policy", main({ terminationMessagePolicy: "Log" }), [
    'spec.containers[0].terminationMessagePolicy: Unsupported value: "Log": supported values: ' +
    '"FallbackToLogsOnError", "File"',
  ]],
  ["unknown restart policy", web.spec({ restartPolicy: "always" }), [
    'spec.restartPolicy: Unsupported value: "always": supported values: "Always", "Never", ' +
    '"OnFailure"',
  ]],
  ["unknown DNS policy", web.spec({ dnsPolicy: "Cluster" }), [
    'spec.dnsPolicy: Unsupported value: "Cluster": supported values: "ClusterFirst", ' +
    '"ClusterFirstWithHostNet", "Default", "None"',
  ]],
  ["negative grace period", web.grace(-1), [
    "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0",
  ]],
  ["unknown system", web.spec({ os: { name: "plan9" } }), [
    'spec.os.name: Unsupported value: "plan9": supported values: "linux", "windows"',
  ]],
  ["two ways to share processes", web.spec({ hostPID: true, shareProcessNamespace: true }), [
    "spec.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot " +
    "both be enabled",
  ]],
  [
    "probes and hooks that do nothing, or too much",
    main({
      startupProbe: { httpGet: { port: 0 }, exec: { command: ["true"] }, successThreshold: 2 },
      livenessProbe: { exec: {}, periodSeconds: -1, successThreshold: 1 },
      readinessProbe: { terminationGracePeriodSeconds: 0 },
      lifecycle: { postStart: {}, preStop: { sleep: { seconds: 31 } } },
    }),
    [
      "spec.containers[0].startupProbe.httpGet: Forbidden: may not specify more than 1 handler type",
      "spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1",
      "spec.containers[0].livenessProbe.exec.command: Required value",
      "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or " +
      "equal to 0",
      "spec.containers[0].readinessProbe: Required value: must specify a handler type",
      "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be " +
      "greater than 0",
      "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 0: must not " +
      "be set for readinessProbes",
      "spec.containers[0].lifecycle.postStart: Required value: must specify a handler type",
      "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less " +
      "than terminationGracePeriodSeconds (30)",
    ],
  ],
  [
    "probes that lead nowhere",
    main({
      startupProbe: {
        httpGet: { port: "", scheme: "ftp", httpHeaders: [{ name: "a b", value: "" }] },
      },
      livenessProbe: { tcpSocket: { port: 65_536 } },
      readinessProbe: { grpc: { port: 0 }, successThreshold: 3 },
    }),
    [
      /^spec\.containers\[0\]\.startupProbe\.httpGet\.port: Invalid value: "": must contain only/,
      /^spec\.containers\[0\]\.startupProbe\.httpGet\.port: Invalid value: "": must contain at least/,
      'spec.containers[0].startupProbe.httpGet.scheme: Unsupported value: "ftp": supported values: ' +
      '"HTTP", "HTTPS"',
      /^spec\.containers\[0\]\.startupProbe\.httpGet\.httpHeaders: Invalid value: "a b": a valid HTTP/,
      /^spec\.containers\[0\]\.livenessProbe\.tcpSocket\.port: Invalid value: 65536: must be between/,
      /^spec\.containers\[0\]\.readinessProbe\.grpc\.port: Invalid value: 0: must be between/,
    ],
  ],
  [
    "an init container that is probed",
    web.initContainer("i", {
      livenessProbe: { exec: { command: ["true"] } },
      lifecycle: {},
    }),
    [
      "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without " +
      "restartPolicy=Always",
      "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without " +
      "restartPolicy=Always",
    ],
  ],
  ["a sidecar's bad probe", web.sidecar("s", { livenessProbe: { exec: {} } }), [
    "spec.initContainers[0].livenessProbe.exec.command: Required value",
  ]],
  ["ports out of range", main({ ports: [{ containerPort: 0 }, { containerPort: 65_536 }] }), [
    "spec.containers[0].ports[0].containerPort: Required value",
    "spec.containers[0].ports[1].containerPort: Invalid value: 65536: must be between 1 and " +
    "65535, inclusive",
  ]],
  ["a host port out of range", main({ ports: [{ containerPort: 1, hostPort: -1 }] }), [
    "spec.containers[0].ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, " +
    "inclusive",
  ]],
  [
    "unknown protocol and host address",
    main({ ports: [{ containerPort: 1, protocol: "tcp", hostIP: "host" }] }),
    [
      /^spec\.containers\[0\]\.ports\[0\]\.hostIP: Invalid value: "host": must be a valid IP/,
      'spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", ' +
      '"TCP", "UDP"',
    ],
  ],
  [
    "two ports of one name",
    main({ ports: [{ containerPort: 1, name: "a" }, { containerPort: 2, name: "a" }] }),
    ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
  ],
  [
    "two containers on one port of the host",
    main({ ports: [{ containerPort: 1, hostPort: 80 }] })
      .container("b", { ports: [{ containerPort: 2, hostPort: 80 }] }),
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  [
    "another host port on the host's network",
    main({ ports: [{ containerPort: 80, hostPort: 81 }] }).spec({ hostNetwork: true }),
    [
      "spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when " +
      "`hostNetwork` is true",
    ],
  ],
  ["environment without a name", main({ env: [{ name: "" }] }), [
    "spec.containers[0].env[0].name: Required value",
  ]],
  ["environment with a bad name", main({ env: [{ name: "A=B" }] }), [
    /^spec\.containers\[0\]\.env\[0\]\.name: Invalid value: "A=B": a valid environment variable/,
  ]],
  ["mount of no volume", main({ volumeMounts: [onData] }), [
    'spec.containers[0].volumeMounts[0].name: Not found: "data"',
  ]],
  [
    "two mounts at one place",
    main({ volumeMounts: [onData, onData] }).volume("data"),
    ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique'],
  ],
  ["mount without a place", main({ volumeMounts: [{ ...onData, mountPath: "" }] }).volume("data"), [
    "spec.containers[0].volumeMounts[0].mountPath: Required value",
  ]],
  [
    "propagation of mounts",
    main({
      volumeMounts: [
        { ...onData, mountPropagation: "Both" },
        { name: "data", mountPath: "/b", mountPropagation: "Bidirectional" },
      ],
    }).volume("data"),
    [
      "spec.containers[0].volumeMounts[0].mountPropagation: Unsupported value: " +
      '"Both": supported values: "Bidirectional", "HostToContainer", "None"',
      "spec.containers[0].volumeMounts[1].mountPropagation: Forbidden: Bidirectional mount " +
      "propagation is available only to privileged containers",
    ],
  ],
  ["volume without a name", web.volume(""), ["spec.volumes[0].name: Required value"]],
  ["two volumes of one name", web.volume("a").volume("a"), [
    'spec.volumes[1].name: Duplicate value: "a"',
  ]],
  [
    "volume of two kinds",
    web.volume("a", { emptyDir: {}, hostPath: { path: "/" } }),
    ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
  ],
  ["negative size limit", web.volume("a", { emptyDir: { sizeLimit: "-1" } }), [
    "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource " +
    "quantity",
  ]],
  ["host path that climbs", web.volume("a", { hostPath: { path: "/a/../b" } }), [
    "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
  ]],
  [
    "host path of nothing and of an unknown type",
    web.volume("a", { hostPath: { path: "", type: "Folder" } }),
    [
      "spec.volumes[0].hostPath.path: Required value",
      /^spec\.volumes\[0\]\.hostPath\.type: Unsupported value: "Folder": supported values: "Block/,
    ],
  ],
  [
    "requests beyond limits",
    main({ resources: { requests: { cpu: "2" }, limits: { cpu: "500m" } } }),
    [
      'spec.containers[0].resources.requests.cpu: Invalid value: "2": must be less than or equal ' +
      "to cpu limit of 500m",
    ],
  ],
  [
    "pieces that are halved, unequal or without a limit",
    main({
      resources: {
        requests: { "a.test/gpu": "500m", "a.test/tpu": "1", "a.test/npu": "1" },
        limits: { "a.test/gpu": "500m", "a.test/tpu": "2" },
      },
    }),
    [
      'spec.containers[0].resources.limits[a.test/gpu]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests[a.test/gpu]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests[a.test/tpu]: Invalid value: "1": must be equal to ' +
      "a.test/tpu limit of 2",
      "spec.containers[0].resources.limits: Required value: Limit must be set for non " +
      "overcommitable resources",
    ],
  ],
  [
    "another hostname beside what rules it out",
    web.spec({ hostnameOverride: "Front.x", setHostnameAsFQDN: true, hostNetwork: true }),
    [
      "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
      "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true",
      /^spec\.hostnameOverride: Invalid value: "Front\.x": a lowercase RFC 1123 subdomain/,
    ],
  ],
  ["a hostname beyond the kernel's measure", web.spec({ hostnameOverride: "n".repeat(65) }), [
    "spec.hostnameOverride: Too long: may not be more than 64 bytes",
  ]],
  [
    "a pod that asks for less than its containers",
    pod("web").spec({
      resources: { requests: { cpu: "2", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
    }).container("main", {
      resources: { requests: { memory: "2Gi" }, limits: { memory: "2Gi" } },
    }),
    [
      'spec.resources.requests.cpu: Invalid value: "2": must be less than or equal to cpu limit of 1',
      'spec.resources.requests.memory: Invalid value: "1Gi": must be greater than or equal to ' +
      "aggregate container requests of 2Gi",
      'spec.containers[0].resources.limits.memory: Invalid value: "2Gi": must be less than or ' +
      "equal to pod limits of 1Gi",
    ],
  ],
  [
    "a container for debugging in a manifest",
    pod("web").spec({ ephemeralContainers: [{ name: "debugger" }] }),
    ["spec.ephemeralContainers: Forbidden: cannot be set on create"],
  ],
  ["negative request", main({ resources: { requests: { memory: "-1Mi" } } }), [
    'spec.containers[0].resources.requests.memory: Invalid value: "-1Mi": must be greater than ' +
    "or equal to 0",
  ]],
  ["policy None without configuration", web.spec({ dnsPolicy: "None" }), [
    "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
  ]],
  ["policy None without nameservers", web.spec({ dnsPolicy: "None", dnsConfig: {} }), [
    "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when " +
    "`dnsPolicy` is None",
  ]],
  [
    "DNS configuration beyond the resolver's limits",
    web.spec({
      dnsConfig: {
        nameservers: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "x"],
        searches: [...Array.from({ length: 33 }, () => "a"), "a b"],
        options: [{ value: "1" }],
      },
    }),
    [
      'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","x"]: must not ' +
      "have more than 3 nameservers",
      /^spec\.dnsConfig\.nameservers\[3\]: Invalid value: "x": must be a valid IP address/,
      /^spec\.dnsConfig\.searches: Invalid value: \["a",.*…: must not have more than 32 search/,
      /^spec\.dnsConfig\.searches\[33\]: Invalid value: "a b": /,
      "spec.dnsConfig.options[0]: Required value: must not be empty",
    ],
  ],
  [
    "search list that is too long",
    web.spec({ dnsConfig: { searches: Array.from({ length: 10 }, () => `${"a".repeat(250)}`) } }),
    [/^spec\.dnsConfig\.searches: .*must not have more than 2048 characters/],
  ],
  ["hostname and subdomain with dots", web.spec({ hostname: "a.b", subdomain: "c.d" }), [
    /^spec\.hostname: Invalid value: "a\.b": /,
    /^spec\.subdomain: Invalid value: "c\.d": /,
  ]],
  [
    "host aliases that are none",
    web.spec({ hostAliases: [{ ip: "home", hostnames: ["a_b"] }] }),
    [
      /^spec\.hostAliases\[0\]\.ip: Invalid value: "home": must be a valid IP address/,
      /^spec\.hostAliases\[0\]\.hostnames\[0\]: Invalid value: "a_b": /,
    ],
  ],
  ["a variable from nowhere", fromValue({}), [
    /^spec\.containers\[0\]\.env\[0\]\.valueFrom: Invalid value: "": must specify one of: `fieldRef`/,
  ]],
  [
    "a variable with a value from two places",
    main({ env: [{ name: "A", value: "b", valueFrom: { fieldRef: field("metadata.uid") } }] }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` ' +
      "is not empty",
    ],
  ],
  [
    "a variable from two fields",
    fromValue({ fieldRef: field("metadata.uid"), resourceFieldRef: { resource: "limits.cpu" } }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field ' +
      "specified at a time",
    ],
  ],
  ["a field that nobody knows", fromValue({ fieldRef: field("spec.x") }), [
    'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error ' +
    "converting fieldPath: field label not supported: spec.x",
  ]],
  ["a field with a subscript that has none", fromValue({ fieldRef: field("metadata.name['a']") }), [
    /fieldPath: Invalid value: "metadata\.name\['a'\]": error converting .* does not support subscript/,
  ]],
  ["a field that variables do not show", fromValue({ fieldRef: field("metadata.labels") }), [
    /fieldRef\.fieldPath: Unsupported value: "metadata\.labels": supported values: "metadata\.name"/,
  ]],
  ["a label of no good name", fromValue({ fieldRef: field("metadata.labels['a b']") }), [
    /valueFrom\.fieldRef: Invalid value: "a b": name part must consist/,
  ]],
  ["fields of another version", fromValue({ fieldRef: { apiVersion: "v2", fieldPath: "x" } }), [
    /fieldPath: Invalid value: "x": error converting fieldPath: unsupported pod version: v2$/,
  ]],
  ["an amount that no container has", fromValue({ resourceFieldRef: { resource: "limits.x" } }), [
    /resourceFieldRef\.resource: Unsupported value: "limits\.x": supported values: "limits\.cpu"/,
  ]],
  [
    "an odd divisor",
    fromValue({ resourceFieldRef: { resource: "limits.cpu", divisor: "2" } }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": ' +
      "only divisor's values 1m and 1 are supported with the cpu resource",
    ],
  ],
  [
    "a file of variables that nobody can write",
    fromValue({ fileKeyRef: { volumeName: "host", path: "../x", key: "" } })
      .volume("host", { hostPath: { path: "/x" } }),
    [
      "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value",
      'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "host": ' +
      "referenced volume must be of type emptyDir",
      'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../x": must not ' +
      "contain '..'",
    ],
  ],
  [
    "parts of volumes that are none",
    main({
      volumeMounts: [
        { ...onData, subPath: "/a", subPathExpr: "../b" },
        { name: "data", mountPath: "/x", subPath: "a/../b" },
      ],
    }).volume("data"),
    [
      'spec.containers[0].volumeMounts[0].subPath: Invalid value: "/a": must be a relative path',
      'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "../b": subPathExpr and ' +
      "subPath are mutually exclusive",
      'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "../b": must not contain ' +
      "'..'",
      'spec.containers[0].volumeMounts[1].subPath: Invalid value: "a/../b": must not contain ' +
      "'..'",
    ],
  ],
  [
    "mounts that cannot only be read",
    main({
      volumeMounts: [
        { ...onData, recursiveReadOnly: "Enabled", mountPropagation: "HostToContainer" },
        { name: "data", mountPath: "/x", recursiveReadOnly: "Always" },
      ],
    }).volume("data"),
    [
      "spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified " +
      "when readOnly is true",
      "spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified " +
      "when mountPropagation is None or not specified",
      'spec.containers[0].volumeMounts[1].recursiveReadOnly: Unsupported value: "Always": ' +
      'supported values: "Disabled", "Enabled", "IfPossible"',
    ],
  ],
  [
    "files that show nothing, too much, or lie elsewhere",
    web.volume("self", {
      downwardAPI: {
        defaultMode: 0o1777,
        items: [
          { path: "" },
          { path: "..data", mode: -1, fieldRef: field("metadata.labels") },
          { path: "/a", fieldRef: field("status.podIP") },
          {
            path: "b",
            fieldRef: field("metadata.name"),
            resourceFieldRef: { resource: "limits.cpu", containerName: "main" },
          },
          { path: "c", resourceFieldRef: { resource: "limits.cpu" } },
        ],
      },
    }),
    [
      "spec.volumes[0].downwardAPI.defaultMode: Invalid value: 1023: must be a number between 0 " +
      "and 0777 (octal), both inclusive",
      "spec.volumes[0].downwardAPI.items[0].path: Required value",
      "spec.volumes[0].downwardAPI.items[0]: Required value: one of fieldRef and resourceFieldRef " +
      "is required",
      'spec.volumes[0].downwardAPI.items[1].path: Invalid value: "..data": must not start with ' +
      "'..'",
      /items\[1\]\.mode: Invalid value: -1: must be a number/,
      'spec.volumes[0].downwardAPI.items[2].path: Invalid value: "/a": must be a relative path',
      /items\[2\]\.fieldRef\.fieldPath: Unsupported value: "status\.podIP"/,
      /items\[3\]: Invalid value: "resource": fieldRef and resourceFieldRef can not be/,
      "spec.volumes[0].downwardAPI.items[4].resourceFieldRef.containerName: Required value",
    ],
  ],
  [
    "a projection of two things at one path",
    web.volume("all", {
      projected: {
        sources: [1, 2].map(() => ({
          downwardAPI: { items: [{ path: "name", fieldRef: field("metadata.name") }] },
        })),
      },
    }),
    ['spec.volumes[0].projected: Invalid value: "name": conflicting duplicate paths'],
  ],
];

for (const [name, builder, expected] of cases) {
  Deno.test(`validation: ${name}`, () => assertProblems(builder.build(), expected));
}

Deno.test("validation: a pod needs a container", () => {
  const { metadata, spec } = web.build();
  assert.deepEqual(problems({ metadata, spec: { ...spec, containers: [] } }), [
    "spec.containers: Required value",
  ]);
});

Deno.test("validation: a volume needs a source", () => {
  const { metadata, spec } = web.build();
  assert.deepEqual(problems({ metadata, spec: { ...spec, volumes: [{ name: "a" }] } }), [
    "spec.volumes[0]: Required value: must specify a volume type",
  ]);
});

Deno.test("a pod of thousands of ports, mounts and names is checked in no time", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index);
  const big = main({
    ports: many.map((index) => ({ name: `p${index}`, containerPort: index + 1, hostPort: index })),
    volumeMounts: many.map((index) => ({ name: "data", mountPath: `/${index}` })),
  }).volume("data");
  assert.deepEqual(problems(big.build()), []);
});

function assertProblems(given: Pod, expected: readonly (string | RegExp)[]): void {
  const found = problems(given);
  assert.equal(found.length, expected.length, found.join("\n"));
  expected.forEach((each, index) => {
    if (typeof each === "string") assert.equal(found[index], each);
    else assert.match(found[index] ?? "", each);
  });
}
