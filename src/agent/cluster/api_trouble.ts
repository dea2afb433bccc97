/** Tells of requests that fail over and over: once that they do, once for each new reason, and once that they succeed again. */
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";

export interface ApiTrouble {
  failed(err: unknown): void;
  succeeded(): void;
}

/** `what` reads after "Could not" and before "again": `renew the node's lease`. */
export function createApiTrouble(
  { log, what }: { readonly log: Log; readonly what: string },
): ApiTrouble {
  let last: string | null = null;
  return {
    failed(err) {
      const message = messageOf(err);
      if (message === last) log.debug(`Still could not ${what}`, { err });
      else log.warn(`Could not ${what}, trying again`, { err });
      last = message;
    },
    succeeded() {
      if (last !== null) log.info(`Could ${what} again`);
      last = null;
    },
  };
}
