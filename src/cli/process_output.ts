/** stdout and stderr of this process as the commands see them. */
import { CliError, type Output } from "./command.ts";

/** What is used of `Deno.stdout` and `Deno.stderr`. */
export interface ProcessStream {
  write(bytes: Uint8Array): Promise<number>;
  isTerminal(): boolean;
}

/** @param env decides about colours: `NO_COLOR` that is not empty and `TERM=dumb` turn them off. @see https://no-color.org */
export function processOutput(
  stream: ProcessStream,
  env: Readonly<Record<string, string | undefined>>,
): Output {
  const isTerminal = stream.isTerminal();
  return {
    write: (data) => writeAll(stream, data),
    isTerminal,
    colors: isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb",
    columns: () => isTerminal ? Deno.consoleSize().columns : undefined,
  };
}

/** The system may take less at a time than it is given. A full disk is no defect of the program. */
async function writeAll(stream: ProcessStream, data: string | Uint8Array): Promise<void> {
  let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
  try {
    while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`the output cannot be written: ${reason}`);
  }
}
