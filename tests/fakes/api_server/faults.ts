/** Failures that a test orders of the fake API server. */
import { refusal } from "./status.ts";

export interface Fault {
  /** Such as `PATCH`; any where it is left out. */
  readonly method?: string;
  /** A part of the path; any where it is left out. */
  readonly path?: string;
  readonly status: number;
  /** How many requests fail. */
  readonly times: number;
  /** In place of a `Status` object; a text is sent as it is. */
  readonly body?: unknown;
  /** The `Retry-After` header, in seconds. */
  readonly retryAfter?: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The failure that this request meets, counted off. */
  take(request: { readonly method: string; readonly path: string }): Response | undefined;
}

export function createFaults(): Faults {
  let faults: readonly Fault[] = [];
  return {
    add: (fault) => void (faults = [...faults, fault]),
    clear: () => void (faults = []),
    take({ method, path }) {
      const fault = faults.find((each) =>
        (each.method ?? method) === method && path.includes(each.path ?? "")
      );
      if (fault === undefined) return undefined;
      const left = { ...fault, times: fault.times - 1 };
      faults = faults.map((each) => each === fault ? left : each).filter(({ times }) => times > 0);
      return responseOf(fault);
    },
  };
}

function responseOf({ status, body, retryAfter }: Fault): Response {
  const content = body ?? refusal(status, `ordered by the test: ${status}`).body();
  return new Response(typeof content === "string" ? content : JSON.stringify(content), {
    status,
    headers: {
      "content-type": typeof content === "string" ? "text/plain" : "application/json",
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    },
  });
}
