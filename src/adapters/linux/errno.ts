/** Turns what the system refuses, by its error number or as an error of Deno, into errors of the ports. */
import { getSystemErrorMap } from "node:util";
import { Failed, messageOf, type PortError, Unavailable } from "../../ports/errors.ts";

/** A system call that failed. */
export class SystemError extends Error {
  /** The number's name, such as ENOENT. */
  readonly code: string;
  constructor({ call, path, errno }: { call: string; path: string; errno: number }) {
    const [code, text] = namesOf(errno);
    super(`${call} ${path}: ${text}`);
    this.name = "SystemError";
    this.code = code;
  }
}

/** What the runtime's own table lacks, or says in words that are not Linux'. */
const ownNames: ReadonlyMap<number, readonly [code: string, text: string]> = new Map([
  [16, ["EBUSY", "device or resource busy"]],
  [122, ["EDQUOT", "disk quota exceeded"]],
]);

function namesOf(errno: number): readonly [code: string, text: string] {
  return ownNames.get(errno) ?? getSystemErrorMap().get(-errno) ?? [`E${errno}`, `error ${errno}`];
}

/** The code of an error of Deno's or ours; "" for others. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

/** What passes by itself, as space is freed or something is closed. */
const temporary = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM"]);

/** The port error for a failed call: Unavailable for a full disk, Failed for anything else. */
export function portError(error: unknown, doing: string): PortError {
  const code = codeOf(error);
  const message = error instanceof SystemError ? error.message : `${doing}: ${textOf(error)}`;
  return temporary.has(code)
    ? new Unavailable(message, { cause: error })
    : new Failed(message, { cause: error });
}

/** Deno's messages repeat the call and the path; the bare text of the code reads better. */
function textOf(error: unknown): string {
  const code = codeOf(error);
  const known = [...ownNames.values(), ...getSystemErrorMap().values()];
  return known.find(([name]) => name === code)?.[1] ?? messageOf(error);
}
