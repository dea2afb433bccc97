/** Asks a server that is not trusted yet. Nothing secret may be asked for, and nothing is to be believed of the answer. */
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Instant } from "../../core/instant.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";

export interface UnverifiedAnswer {
  readonly status: number;
  readonly body: string;
  /** What the server's clock showed; null where it does not say. */
  readonly date: Instant | null;
}

/** A ConfigMap is at most 1 MiB, and no authority is longer. */
const longestBytes = 2 * 1024 * 1024;

/** `fetch` cannot leave out the check of the server's certificate. Throws `Unavailable`, and the signal's reason. */
export function unverifiedGet(url: string, signal: AbortSignal): Promise<UnverifiedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UnverifiedAnswer>();
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
