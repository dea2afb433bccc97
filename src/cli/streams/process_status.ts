/** How a process in a container ended, as the runtime's streaming server tells it. */
import { Failed } from "../../ports/errors.ts";

/**
 * The exit code in a `v1` Status of the stream `error`. Throws Failed with the message where the process could not be run.
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/client-go/tools/remotecommand/v4.go
 */
export function exitCodeOf(text: string): number {
  const status = parsed(text);
  if (status.status === "Success") return 0;
  const code = status.reason === "NonZeroExitCode"
    ? status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message
    : undefined;
  if (code !== undefined && /^\d+$/.test(code)) return Number(code);
  throw new Failed(status.message ?? `the command ended in an unknown way: ${text}`);
}

interface Status {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}

function parsed(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    throw new Failed(text);
  }
}
