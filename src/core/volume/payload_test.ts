/** What volumes show: of ConfigMaps, Secrets, the pod and its account. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { Volume } from "../k8s.ts";
import type { Lookup } from "../pod/lookup.ts";
import type { Result } from "../result.ts";
import { type PayloadFile, type PayloadSources, volumePayload } from "./payload.ts";
import { tokenKey } from "./token_projection.ts";

const configMaps = new Map([["conf", { data: { a: "1", b: "2" }, binaryData: { raw: "AAE=" } }]]);
const secrets = new Map([["keys", { data: { token: btoa("s3cret"), pin: btoa("42") } }]]);

function found<T>(objects: ReadonlyMap<string, T>, name: string): Lookup<T> {
  if (name === "slow") return { kind: "Unknown", problem: "no answer" };
  const object = objects.get(name);
  return object === undefined ? { kind: "Missing" } : { kind: "Found", object };
}

const sources: Omit<PayloadSources, "pod"> = {
  objects: {
    configMap: (name) => found(configMaps, name),
    secret: (name) => found(secrets, name),
  },
  allocatable: { cpu: "2", memory: "1Gi" },
  tokens: new Map([
    [tokenKey({ audience: "", expirationSeconds: 3600 }), { ok: true, value: "jwt" }],
    [
      tokenKey({ audience: "vault", expirationSeconds: 600 }),
      { ok: false, error: "failed to fetch token: forbidden" },
    ],
  ]),
};

type Source = Omit<Volume, "name">;

function payload(
  source: Source,
  builder: PodBuilder = pod("web").labels({ app: "shop" }),
): Result<Readonly<Record<string, PayloadFile>>> {
  const result = volumePayload({ name: "v", ...source }, { ...sources, pod: builder.build() });
  return result.ok ? { ok: true, value: Object.fromEntries(result.value) } : result;
}

function text(content: string | Uint8Array): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

/** `MODE CONTENT`, with the owner behind it where there is one. */
function told(source: Source, builder?: PodBuilder): Readonly<Record<string, string>> {
  const result = payload(source, builder);
  assert.ok(result.ok, result.ok ? "" : result.error);
  return Object.fromEntries(
    Object.entries(result.value).map(([path, { content, mode, uid }]) => [
      path,
      [mode.toString(8), text(content), ...(uid === undefined ? [] : [`uid=${uid}`])].join(" "),
    ]),
  );
}

const token = { serviceAccountToken: { path: "token", expirationSeconds: 3600 } };

const cases: readonly {
  readonly what: string;
  readonly source: Source;
  readonly shown: Readonly<Record<string, string>>;
}[] = [
  {
    what: "all of a ConfigMap",
    source: { configMap: { name: "conf" } },
    shown: { a: "644 1", b: "644 2", raw: "644 \0\u0001" },
  },
  {
    what: "some of a ConfigMap, each with its mode",
    source: {
      configMap: {
        name: "conf",
        defaultMode: 0o600,
        items: [{ key: "a", path: "etc/./a.conf" }, { key: "raw", path: "raw", mode: 0o444 }],
      },
    },
    shown: { "etc/a.conf": "600 1", raw: "444 \0\u0001" },
  },
  {
    what: "a key that need not be there",
    source: { configMap: { name: "conf", optional: true, items: [{ key: "no", path: "no" }] } },
    shown: {},
  },
  {
    what: "an optional ConfigMap",
    source: { configMap: { name: "no", optional: true } },
    shown: {},
  },
  {
    what: "all of a Secret",
    source: { secret: { secretName: "keys", defaultMode: 0o400 } },
    shown: { token: "400 s3cret", pin: "400 42" },
  },
  {
    what: "an optional Secret",
    source: { secret: { secretName: "no", optional: true } },
    shown: {},
  },
  {
    what: "the pod itself",
    source: {
      downwardAPI: {
        items: [
          { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
          {
            path: "cpu/limit",
            mode: 0o600,
            resourceFieldRef: { containerName: "main", resource: "limits.cpu" },
          },
        ],
      },
    },
    shown: { labels: '644 app="shop"', "cpu/limit": "600 2" },
  },
  {
    what: "many things, of which a later one hides an earlier",
    source: {
      projected: {
        defaultMode: 0o640,
        sources: [
          {
            configMap: { name: "conf", items: [{ key: "a", path: "x" }, { key: "b", path: "b" }] },
          },
          { secret: { name: "keys", items: [{ key: "pin", path: "x" }] } },
          {
            downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] },
          },
          token,
        ],
      },
    },
    shown: { x: "640 42", b: "640 2", name: "640 web", token: "640 jwt" },
  },
];
for (const { what, source, shown } of cases) {
  Deno.test(`a volume shows ${what}`, () => assert.deepEqual(told(source), shown));
}

const users: readonly [what: string, PodBuilder, shown: string][] = [
  ["nobody is told who to be", pod("web"), "644 jwt"],
  [
    "all are the same user",
    pod("web").spec({ securityContext: { runAsUser: 1000 } }).container("a").container("b"),
    "600 jwt uid=1000",
  ],
  [
    "they are different users",
    pod("web").container("a", { securityContext: { runAsUser: 1 } })
      .initContainer("b", { securityContext: { runAsUser: 2 } }),
    "644 jwt",
  ],
  [
    "one is not told",
    pod("web").container("a", { securityContext: { runAsUser: 1 } }).container("b"),
    "644 jwt",
  ],
  ["they have a group", pod("web").spec({ securityContext: { fsGroup: 0 } }), "600 jwt"],
];
for (const [what, builder, shown] of users) {
  Deno.test(`a token is for the containers alone: ${what}`, () => {
    assert.deepEqual(told({ projected: { sources: [token] } }, builder), { token: shown });
  });
}

const failures: readonly [Source, string][] = [
  [{ configMap: { name: "no" } }, 'configmap "no" not found'],
  [{ secret: { secretName: "no" } }, 'secret "no" not found'],
  [{ configMap: { name: "slow", optional: true } }, "no answer"],
  [
    { configMap: { name: "conf", items: [{ key: "no", path: "no" }] } },
    "configmap references non-existent config key: no",
  ],
  [
    { secret: { secretName: "keys", items: [{ key: "no", path: "no" }] } },
    "references non-existent secret key: no",
  ],
  [
    { downwardAPI: { items: [{ path: "ip", fieldRef: { fieldPath: "status.podIP" } }] } },
    "unsupported fieldPath: status.podIP",
  ],
  [
    { projected: { sources: [{ secret: { name: "no" } }, token] } },
    'secret "no" not found',
  ],
  [
    {
      projected: {
        sources: [
          { secret: { name: "no" } },
          { configMap: { name: "no" } },
          { secret: { name: "no" } },
          { serviceAccountToken: { path: "t", audience: "vault", expirationSeconds: 600 } },
        ],
      },
    },
    '[secret "no" not found, configmap "no" not found, failed to fetch token: forbidden]',
  ],
  [
    { configMap: { name: "conf", items: [{ key: "a", path: "../a" }] } },
    "invalid path: must not contain '..': ../a",
  ],
  [
    { configMap: { name: "conf", items: [{ key: "a", path: "..data" }] } },
    "invalid path: must not start with '..': ..data",
  ],
  [
    { configMap: { name: "conf", items: [{ key: "a", path: "/a" }] } },
    "invalid path: must be relative path: /a",
  ],
];
for (const [source, error] of failures) {
  Deno.test(`a volume waits: ${error}`, () => {
    assert.deepEqual(payload(source), { ok: false, error });
  });
}
