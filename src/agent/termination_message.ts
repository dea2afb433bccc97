/** What a container left as its last words. @see https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/ */
import { annotation, label } from "../core/cri/labels.ts";
import type { ContainerRecord } from "../core/cri/types.ts";
import { lastLogText } from "../core/log/last_text.ts";
import type { NodePaths } from "../core/node/settings.ts";
import { terminationMessageFile } from "../core/pod/paths.ts";
import type { Files } from "../ports/files.ts";

/** The kubelet's limits: bytes of the file, bytes and lines of the log. */
const maxFileBytes = 4_096;
const maxLogBytes = 2_048;
const maxLogLines = 80;
/** The log on disk carries a prefix for each line, so more of it is read than is shown. */
const logReadBytes = 4 * maxLogBytes + maxLogLines * 64;

export interface TerminationMessages {
  /** The message of an exited container: the runtime's own, then the container's. */
  read(record: ContainerRecord): Promise<string>;
}

export function createTerminationMessages(
  { files, paths }: { readonly files: Files; readonly paths: NodePaths },
): TerminationMessages {
  async function read(record: ContainerRecord): Promise<string> {
    const words = await lastWords(record);
    return [record.message, words].filter((part) => part !== "").join(": ");
  }

  async function lastWords(record: ContainerRecord): Promise<string> {
    const written = await files.readTail(messageFile(record), maxFileBytes);
    if (written !== "" || !fallsBackToLogs(record)) return written;
    const log = await files.readTail(record.logPath, logReadBytes);
    return lastLogText(log, { maxBytes: maxLogBytes, maxLines: maxLogLines });
  }

  function messageFile(record: ContainerRecord): string {
    const uid = record.labels[label.podUid] ?? "";
    return terminationMessageFile(paths, { uid, container: record.name, attempt: record.attempt });
  }

  return { read };
}

function fallsBackToLogs(record: ContainerRecord): boolean {
  const policy = record.annotations[annotation.terminationMessagePolicy];
  // What never ran has no logs.
  const hasRun = record.reason !== "ContainerCannotRun";
  return policy === "FallbackToLogsOnError" && record.exitCode !== 0 && hasRun;
}
