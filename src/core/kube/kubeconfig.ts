/** A kubeconfig's text to the server and the credential that its current context names. */
import * as v from "valibot";
import { formatFieldPath } from "../field_path.ts";
import { type LocatedDocument, parseLocatedYaml } from "../located_yaml.ts";
import { issuePath } from "../pod/schema_problem.ts";
import { failure, type Result, success } from "../result.ts";
import type { YamlPath, YamlProblem } from "../yaml_types.ts";
import { type ExecPlugin, execPlugin } from "./exec_plugin.ts";
import { folderOf, pathFrom } from "./file_path.ts";
import {
  type ClusterFields,
  type KubeconfigFields,
  kubeconfigSchema,
  type UserFields,
} from "./kubeconfig_schema.ts";

/** A text that the kubeconfig holds, or the absolute path of the file that does. */
export type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string };

export interface Kubeconfig {
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
}

export interface KubeconfigCluster {
  /** Such as `https://10.0.0.1:6443`, without a slash at the end. */
  readonly server: string;
  /** Certificates in PEM; the machine's own authorities where there are none. */
  readonly authority: Content | undefined;
  readonly proxyUrl: string | undefined;
}

/** At most one of the three last ones counts, in this order; none is a user without a name. */
export interface KubeconfigUser {
  readonly certificate: { readonly certificate: Content; readonly key: Content } | undefined;
  /** A file before a text, as in client-go. */
  readonly token: Content | undefined;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly exec: ExecPlugin | undefined;
}

/** What is wrong at a place in the document. */
export interface KubeconfigProblem {
  readonly path: YamlPath;
  readonly message: string;
}

/** `path` is that of the file, absolute: paths in it are relative to its folder. No message holds any part of a secret. */
export function parseKubeconfig(
  bytes: Uint8Array,
  { path }: { readonly path: string },
): Result<Kubeconfig, readonly YamlProblem[]> {
  const documents = parseLocatedYaml(bytes);
  if (!documents.ok) return documents;
  const [document, second] = documents.value;
  if (document === undefined) {
    return failure([{ line: 1, column: 1, message: "the file is empty, expected a kubeconfig" }]);
  }
  if (second !== undefined) {
    return failure([{ ...second.locate([]), message: "expected one document, found another" }]);
  }
  const read = v.safeParse(kubeconfigSchema, document.value);
  if (!read.success) {
    return failure(read.issues.map((issue) => located(problemOf(issue), document)));
  }
  const chosen = choose(read.output, { dir: folderOf(path) });
  return chosen.ok ? chosen : failure(chosen.error.map((problem) => located(problem, document)));
}

function problemOf(issue: v.BaseIssue<unknown>): KubeconfigProblem {
  return { path: issuePath(issue), message: issue.message };
}

function located({ path, message }: KubeconfigProblem, document: LocatedDocument): YamlProblem {
  const field = formatFieldPath(path);
  return { ...document.locate(path), message: field === "" ? message : `${field}: ${message}` };
}

function choose(
  fields: KubeconfigFields,
  { dir }: { readonly dir: string },
): Result<Kubeconfig, readonly KubeconfigProblem[]> {
  const { contexts, clusters, users, "current-context": current } = fields;
  const at = contexts.findIndex(({ name }) => name === current);
  const context = contexts[at]?.context;
  if (!context) {
    return problem(["current-context"], missing("contexts", { name: current, among: contexts }));
  }
  const clusterAt = clusters.findIndex(({ name }) => name === context.cluster);
  const cluster = clusters[clusterAt]?.cluster;
  if (!cluster) {
    const message = missing("clusters", { name: context.cluster, among: clusters });
    return problem(["contexts", at, "context", "cluster"], message);
  }
  const userAt = users.findIndex(({ name }) => name === context.user);
  if (userAt < 0 && context.user !== "") {
    const message = missing("users", { name: context.user, among: users });
    return problem(["contexts", at, "context", "user"], message);
  }
  const user = users[userAt]?.user ?? undefined;
  const problems = [
    ...clusterProblems(cluster).map((each) => inside(["clusters", clusterAt, "cluster"], each)),
    ...userProblems(user).map((each) => inside(["users", userAt, "user"], each)),
  ];
  if (problems.length > 0) return failure(problems);
  return success({ cluster: clusterOf(cluster, dir), user: userOf(user, dir) });
}

function problem(path: YamlPath, message: string): Result<never, readonly KubeconfigProblem[]> {
  return failure([{ path, message }]);
}

function missing(
  list: string,
  { name, among }: { readonly name: string; readonly among: readonly { readonly name: string }[] },
): string {
  const names = among.map((each) => JSON.stringify(each.name)).join(", ") || "nothing";
  const what = name === "" ? "required, but not there" : `${JSON.stringify(name)} is not there`;
  return `${what}; ${list} has ${names}`;
}

function inside(outer: YamlPath, { path, message }: KubeconfigProblem): KubeconfigProblem {
  return { path: [...outer, ...path], message };
}

function clusterProblems(cluster: ClusterFields): readonly KubeconfigProblem[] {
  const problems: KubeconfigProblem[] = [];
  const report = (field: keyof ClusterFields, message: string): void =>
    void problems.push({ path: [field], message });
  const { server, "proxy-url": proxy } = cluster;
  if (!hasProtocol(server, ["https:", "http:"])) {
    report("server", 'expected a URL such as "https://10.0.0.1:6443"');
  }
  if (proxy !== "" && !hasProtocol(proxy, ["http:", "https:", "socks5:"])) {
    report("proxy-url", "expected a URL with http, https or socks5");
  }
  if (cluster["insecure-skip-tls-verify"]) {
    const message = "not supported, the server is always verified: give the certificate of its " +
      "authority in certificate-authority-data";
    report("insecure-skip-tls-verify", message);
  }
  if (cluster["tls-server-name"] !== "") {
    const message = "not supported: let server be a name or an address that is in the server's " +
      "certificate (/etc/hosts can lead a name to any address)";
    report("tls-server-name", message);
  }
  const authority = cluster["certificate-authority-data"];
  if (authority !== "" && !authority.includes("-----BEGIN CERTIFICATE-----")) {
    report("certificate-authority-data", "expected a certificate in PEM, in base64");
  }
  return problems;
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return protocols.includes(URL.parse(text)?.protocol ?? "");
}

function userProblems(user: UserFields | undefined): readonly KubeconfigProblem[] {
  if (user === undefined) return [];
  const problems: KubeconfigProblem[] = [];
  const report = (field: keyof UserFields, message: string): void =>
    void problems.push({ path: [field], message });
  const halves = [
    user["client-certificate"] || user["client-certificate-data"],
    user["client-key"] || user["client-key-data"],
  ];
  if (halves[0] === "" && halves[1] !== "") {
    report("client-certificate", "required with client-key, but not there");
  }
  if (halves[1] === "" && halves[0] !== "") {
    report("client-key", "required with client-certificate, but not there");
  }
  if (user.as !== "" || user["as-uid"] !== "" || user["as-groups"].length > 0) {
    report("as", "not supported: a node acts as itself");
  }
  if ((user["auth-provider"] ?? null) !== null) {
    report("auth-provider", "not supported, and gone from Kubernetes: use exec");
  }
  if (user.exec) {
    const plugin = execPlugin(user.exec, "/");
    if (!plugin.ok) problems.push(inside(["exec"], plugin.error));
  }
  return problems;
}

function clusterOf(cluster: ClusterFields, dir: string): KubeconfigCluster {
  return {
    server: cluster.server.replace(/\/+$/, ""),
    authority: content({
      text: cluster["certificate-authority-data"],
      file: cluster["certificate-authority"],
      dir,
    }),
    proxyUrl: cluster["proxy-url"] || undefined,
  };
}

function userOf(user: UserFields | undefined, dir: string): KubeconfigUser {
  if (user === undefined) {
    return { certificate: undefined, token: undefined, login: undefined, exec: undefined };
  }
  const certificate = content({
    text: user["client-certificate-data"],
    file: user["client-certificate"],
    dir,
  });
  const key = content({ text: user["client-key-data"], file: user["client-key"], dir });
  const { username, password } = user;
  const plugin = user.exec ? execPlugin(user.exec, dir) : undefined;
  return {
    certificate: certificate && key && { certificate, key },
    token: user.tokenFile === ""
      ? content({ text: user.token, file: "", dir })
      : { kind: "file", path: pathFrom(dir, user.tokenFile) },
    login: username === "" ? undefined : { username, password },
    exec: plugin?.ok ? plugin.value : undefined,
  };
}

/** A text goes before a file. */
function content(
  { text, file, dir }: { readonly text: string; readonly file: string; readonly dir: string },
): Content | undefined {
  if (text !== "") return { kind: "text", text };
  return file === "" ? undefined : { kind: "file", path: pathFrom(dir, file) };
}
