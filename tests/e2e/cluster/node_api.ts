/** The node's HTTPS API as its clients come to it: curl inside of the lab, with a token, a certificate or nothing. */
import type { ClusterNode } from "./cluster_node.ts";

/** What a client shows of itself. */
export interface Caller {
  readonly token?: string;
  /** Folder and name of a certificate and its key: `DIR/NAME.crt`, `DIR/NAME.key`. */
  readonly certificate?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

const PORT = 10250;
/** So that a log that is followed, or a server that is silent, ends the request. */
const MOST_SECONDS = "20";

/** `path` begins with `/`. Throws when there is no answer. */
export async function ask(
  { lab }: Pick<ClusterNode, "lab">,
  path: string,
  { token, certificate }: Caller = {},
): Promise<ApiAnswer> {
  const { code, stdout, stderr } = await lab.exec([
    "curl",
    "--insecure",
    "--silent",
    "--show-error",
    "--path-as-is",
    "--max-time",
    MOST_SECONDS,
    "--write-out",
    "\n%{http_code}",
    ...(token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`]),
    ...(certificate === undefined
      ? []
      : ["--cert", `${certificate}.crt`, "--key", `${certificate}.key`]),
    `https://${lab.nodeAddress}:${PORT}${path}`,
  ]);
  if (code !== 0) throw new Error(`curl ${path}: ${stderr}`);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}
