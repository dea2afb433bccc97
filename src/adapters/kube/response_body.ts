/** The body of an answer, read under a time limit. */
import { Failed } from "../../ports/errors.ts";
import type { TimeLimit } from "./time_limit.ts";

/** Disposing of it ends the request, wherever it stands. */
export interface ResponseBody extends Disposable {
  /** The next bytes; undefined at the end. Throws `Unavailable` when they do not come. Time counts only while this is waited for. */
  read(): Promise<Uint8Array | undefined>;
}

/** Longer answers are not taken into memory: a list of 110 pods has a few MB. */
const longestText = 64 * 1024 * 1024;

export function responseBody(
  response: Response,
  { limit, explain, owned }: {
    readonly limit: TimeLimit;
    /** What is to be thrown in place of what the stream threw. */
    readonly explain: (error: unknown) => unknown;
    readonly owned: Disposable;
  },
): ResponseBody {
  const reader = response.body?.getReader();
  const { signal } = limit;
  signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}), { once: true });
  return {
    async read() {
      limit.restart();
      try {
        const chunk = await reader?.read();
        signal.throwIfAborted();
        return chunk?.value;
      } catch (error) {
        throw explain(error);
      } finally {
        limit.pause();
      }
    },
    [Symbol.dispose]: () => owned[Symbol.dispose](),
  };
}

/** All of it. Throws `Failed` where it is too long. */
export async function textOf(body: ResponseBody): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestText) {
      throw new Failed(`the answer is longer than ${longestText / 1024 / 1024} MB`);
    }
  }
  return text + decoder.decode();
}
