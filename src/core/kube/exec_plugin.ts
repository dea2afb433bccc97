/** Programs that a kubeconfig names to make credentials. @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
import type { Instant } from "../instant.ts";
import { isPlainMap } from "../plain_map.ts";
import { failure, type Result, success } from "../result.ts";
import type { YamlPath } from "../yaml_types.ts";
import { pathFrom } from "./file_path.ts";
import type { ExecFields } from "./kubeconfig_schema.ts";

/**
 * The only program for credentials that the agent may start, or a link to it: what a program may start is fixed when it
 * is built. deploy/runtime.ts has the list.
 */
export const CREDENTIAL_PLUGIN = "/etc/skerry/credential-plugin";

export interface ExecPlugin {
  readonly apiVersion: string;
  /** An absolute path, or a name to be looked up in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the agent's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What to tell a person where the program is missing. */
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
}

/** What a plugin gave. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly certificate: { readonly certPem: string; readonly keyPem: string } | undefined;
  /** It is to be asked anew from then on; without it when the server refuses. */
  readonly expires: Instant | undefined;
}

const apiVersions: readonly string[] = [
  "client.authentication.k8s.io/v1",
  "client.authentication.k8s.io/v1beta1",
];

/** `dir` is the kubeconfig's: commands with a slash are relative to it. */
export function execPlugin(
  fields: ExecFields,
  dir: string,
): Result<ExecPlugin, { readonly path: YamlPath; readonly message: string }> {
  const { apiVersion, command, args, env, installHint, provideClusterInfo } = fields;
  if (!apiVersions.includes(apiVersion)) {
    return failure({ path: ["apiVersion"], message: `expected ${apiVersions.join(" or ")}` });
  }
  if (command === "") return failure({ path: ["command"], message: "required, but not there" });
  const modes = apiVersion.endsWith("/v1")
    ? ["Never", "IfAvailable"]
    : ["", "Never", "IfAvailable"];
  if (!modes.includes(fields.interactiveMode)) {
    const message = "expected Never or IfAvailable: nobody sits in front of a node";
    return failure({ path: ["interactiveMode"], message });
  }
  return success({
    apiVersion,
    command: command.includes("/") ? pathFrom(dir, command) : command,
    args,
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    installHint,
    provideClusterInfo,
  });
}

/** The text of `KUBERNETES_EXEC_INFO`. */
export function execInfo(
  { apiVersion, provideClusterInfo }: ExecPlugin,
  cluster: {
    readonly server: string;
    readonly authorityPem: string | undefined;
    readonly proxyUrl: string | undefined;
  },
): string {
  const { server, authorityPem, proxyUrl } = cluster;
  const info = {
    server,
    ...(authorityPem !== undefined && {
      "certificate-authority-data": new TextEncoder().encode(authorityPem).toBase64(),
    }),
    ...(proxyUrl !== undefined && { "proxy-url": proxyUrl }),
  };
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion,
    spec: { interactive: false, ...(provideClusterInfo && { cluster: info }) },
  });
}

/** Reads what the plugin printed. No message holds any part of it. */
export function readExecCredential(
  output: string,
  { apiVersion }: Pick<ExecPlugin, "apiVersion">,
): Result<ExecCredential> {
  const object = parsed(output);
  if (!isPlainMap(object) || object["kind"] !== "ExecCredential") {
    return failure("it printed no ExecCredential");
  }
  if (object["apiVersion"] !== apiVersion) {
    return failure(`it printed an ExecCredential of another version than ${apiVersion}`);
  }
  const status = isPlainMap(object["status"]) ? object["status"] : {};
  const value = (name: string): string | undefined => {
    const field = status[name];
    return typeof field === "string" && field !== "" ? field : undefined;
  };
  const [token, certPem] = [value("token"), value("clientCertificateData")];
  const keyPem = value("clientKeyData");
  if ((certPem === undefined) !== (keyPem === undefined)) {
    return failure("it gave a certificate or a key, but not both");
  }
  if (token === undefined && certPem === undefined) {
    return failure("it gave neither a token nor a certificate with its key");
  }
  const expires = Date.parse(value("expirationTimestamp") ?? "");
  return success({
    token,
    certificate: certPem !== undefined && keyPem !== undefined ? { certPem, keyPem } : undefined,
    expires: Number.isNaN(expires) ? undefined : expires,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
