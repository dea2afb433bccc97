/** Asks a server that is not trusted yet for the `cluster-info` ConfigMap. Nothing secret is sent, and nothing is believed of it. */
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { CLUSTER_INFO } from "../../core/kube/cluster_info.ts";
import type { Instant } from "../../core/instant.ts";
import { objectPath } from "../../core/kube/url.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import { errorOf } from "./status_errors.ts";

export interface UnverifiedClusterInfo {
  readonly data: Readonly<Record<string, string>>;
  /** What the server's clock showed; null where it does not say. */
  readonly serverTime: Instant | null;
}

/** A ConfigMap is at most 1 MiB. */
const longestBytes = 2 * 1024 * 1024;

/** Throws the errors of `KubeApi`, and the signal's reason. */
export async function unverifiedClusterInfo(
  server: string,
  signal: AbortSignal,
): Promise<UnverifiedClusterInfo> {
  const { status, body, date } = await get(`${server}${objectPath(CLUSTER_INFO)}`, signal);
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

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly date: Instant | null;
}

/** `fetch` cannot leave out the check of the server's certificate. */
function get(url: string, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (error: unknown): void =>
    reject(signal.aborted ? signal.reason : problemOf(url, error));
  const headers = { accept: "application/json" };
  const sent = request(url, { rejectUnauthorized: false, agent: false, headers, signal });
  sent.on("error", fail);
  sent.on("response", (response: IncomingMessage) => {
    bodyOf(response).then((body) => {
      const date = Date.parse(response.headers.date ?? "");
      resolve({
        status: response.statusCode ?? 0,
        body,
        date: Number.isNaN(date) ? null : date,
      });
    }, fail);
  });
  sent.end();
  return promise;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > longestBytes) throw new Error("the answer is too long");
  }
  return text;
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved now",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "it does not answer",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
};

function problemOf(url: string, error: unknown): Unavailable {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = meanings[code] ?? messageOf(error);
  return new Unavailable(`cannot reach ${new URL(url).origin}: ${why}`, { cause: error });
}
