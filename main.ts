/** The program: hands the process (arguments, environment, streams, signals) to the command line and exits with its code. */
import { ExitCode } from "./src/cli/exit_codes.ts";
import { main } from "./src/cli/main.ts";
import { processInput } from "./src/cli/process_input.ts";
import { processOutput } from "./src/cli/process_output.ts";

const stop = new AbortController();

/** The first signal asks for an orderly end, the second one does not wait for it. */
function onSignal(): void {
  if (stop.signal.aborted) Deno.exit(ExitCode.interrupted);
  stop.abort();
}

Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);
// Unless it is taken, this signal makes the runtime open a port for debuggers.
Deno.addSignalListener("SIGUSR1", () => {});

const env = Deno.env.toObject();
Deno.exit(
  await main(Deno.args, {
    stdin: processInput(Deno.stdin),
    stdout: processOutput(Deno.stdout, env),
    stderr: processOutput(Deno.stderr, env),
    env,
    signal: stop.signal,
    pid: Deno.pid,
  }),
);
