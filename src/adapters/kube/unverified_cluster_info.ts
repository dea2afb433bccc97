/** Asks a server that is not trusted yet for the `cluster-info` ConfigMap. Nothing secret is sent, and nothing is believed of it. */
import { CLUSTER_INFO } from "../../core/kube/cluster_info.ts";
import type { Instant } from "../../core/instant.ts";
import { objectPath } from "../../core/kube/url.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { errorOf } from "./status_errors.ts";
import { unverifiedGet } from "./unverified_get.ts";

export interface UnverifiedClusterInfo {
  readonly data: Readonly<Record<string, string>>;
  /** What the server's clock showed; null where it does not say. */
  readonly serverTime: Instant | null;
}

/** Throws the errors of `KubeApi`, and the signal's reason. */
export async function unverifiedClusterInfo(
  server: string,
  signal: AbortSignal,
): Promise<UnverifiedClusterInfo> {
  const { status, body, date } = await unverifiedGet(
    `${server}${objectPath(CLUSTER_INFO)}`,
    signal,
  );
  if (status !== 200) throw errorOf({ code: status, body });
  return { data: dataOf(body), serverTime: date };
}

function dataOf(body: string): Readonly<Record<string, string>> {
  const object = parsed(body);
  const data = isPlainMap(object) && isPlainMap(object["data"]) ? object["data"] : {};
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
