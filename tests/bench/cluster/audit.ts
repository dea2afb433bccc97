/** Counts in the API server's audit log what a node has asked for. */

/** One line a request, nothing of its content; one that is answered for long, a watch, counts when it begins. */
const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata", userGroups: ["system:nodes"] }, { level: "None" }],
};

/** Writes the policy into `dir`; gives the API server's flags. */
export async function auditFlags(
  { dir, auditLog }: { readonly dir: string; readonly auditLog: string },
): Promise<readonly string[]> {
  const policy = `${dir}/audit-policy.json`;
  await Deno.writeTextFile(policy, JSON.stringify(POLICY));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`];
}

interface AuditRecord {
  readonly auditID: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
}

/** How many requests of this node the server received between two moments, in milliseconds since 1970. */
export async function requestsOf(
  nodeName: string,
  { auditLog, since, until }: {
    readonly auditLog: string;
    readonly since: number;
    readonly until: number;
  },
): Promise<number> {
  const lines = (await Deno.readTextFile(auditLog)).trimEnd().split("\n");
  const ids = lines.map((line): AuditRecord => JSON.parse(line))
    .filter(({ user, requestReceivedTimestamp }) => {
      const at = Date.parse(requestReceivedTimestamp);
      return user.username === `system:node:${nodeName}` && at >= since && at < until;
    }).map(({ auditID }) => auditID);
  return new Set(ids).size;
}
