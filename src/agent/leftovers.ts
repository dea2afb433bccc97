/** The pods that an earlier agent made on this node and that may still be there. */
import type { NodePaths } from "../core/node/settings.ts";
import { podDir } from "../core/pod/paths.ts";
import type { Files } from "../ports/files.ts";
import type { EventSubject } from "./events/pod_events.ts";

/** Each pod of ours has a directory of its own; what others run on the same runtime is not ours. */
export async function findLeftovers(
  { files, paths }: { readonly files: Files; readonly paths: NodePaths },
): Promise<readonly EventSubject[]> {
  const uids = await files.list(podDir(paths, ""));
  const subjects = (await files.list(paths.podLogsDir)).map(subjectOfLogDir);
  return uids.map((uid) =>
    subjects.find((subject) => subject?.uid === uid) ?? { namespace: "", name: uid, uid }
  );
}

/** The pod whose logs a directory `NAMESPACE_NAME_UID` holds. */
function subjectOfLogDir(directory: string): EventSubject | undefined {
  const [namespace, name, uid, ...rest] = directory.split("_");
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return rest.length > 0 ? undefined : { namespace, name, uid };
}
