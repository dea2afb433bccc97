/** The fields of a kubeconfig that a node acts on, or must refuse. @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
import * as v from "valibot";

const string = v.string("expected a string");
const text = v.nullish(string, "");
const flag = v.nullish(v.boolean("expected true or false"), false);

/** The schema's library takes lists for maps. */
function map<E extends v.ObjectEntries>(entries: E) {
  return v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), "expected a map"),
    v.object(entries, "expected a map"),
  );
}

function list<S extends v.GenericSchema>(item: S) {
  return v.nullish(v.array(item, "expected a list"), []);
}

/** `-data` fields: texts in base64. No message of theirs shows the value, which may be a key. */
const base64 = v.pipe(
  text,
  v.check((value) => decodedBase64(value) !== undefined, "expected base64"),
  v.transform((value) => decodedBase64(value) ?? ""),
);

function decodedBase64(value: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(value));
  } catch {
    return undefined;
  }
}

const cluster = map({
  server: text,
  "tls-server-name": text,
  "insecure-skip-tls-verify": flag,
  "certificate-authority": text,
  "certificate-authority-data": base64,
  "proxy-url": text,
});

const exec = map({
  apiVersion: text,
  command: text,
  args: list(string),
  env: list(map({ name: string, value: text })),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});

const user = map({
  "client-certificate": text,
  "client-certificate-data": base64,
  "client-key": text,
  "client-key-data": base64,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  "as-uid": text,
  "as-groups": list(string),
  "auth-provider": v.nullish(v.unknown()),
  exec: v.nullish(exec),
});

const context = map({ cluster: text, user: text });

/** Unknown fields are left aside, as kubectl does: other programs keep theirs here. */
export const kubeconfigSchema = map({
  clusters: list(map({ name: string, cluster: v.nullish(cluster) })),
  users: list(map({ name: string, user: v.nullish(user) })),
  contexts: list(map({ name: string, context: v.nullish(context) })),
  "current-context": text,
});

export type KubeconfigFields = v.InferOutput<typeof kubeconfigSchema>;
export type ClusterFields = v.InferOutput<typeof cluster>;
export type UserFields = v.InferOutput<typeof user>;
export type ExecFields = v.InferOutput<typeof exec>;
