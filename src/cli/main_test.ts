/** The command line as a whole: help, version, mistakes and exit codes. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { runCommand } from "../../tests/fakes/command_line.ts";
import { VERSION } from "../core/version.ts";
import { Invalid, NotFound } from "../ports/errors.ts";
import { CliError, type CommandContext } from "./command.ts";
import { type CommandEntry, COMMANDS } from "./command_table.ts";
import { ExitCode } from "./exit_codes.ts";

/** A command `try` that does what the test says. */
function command(action: (context: CommandContext) => Promise<void> | void): CommandEntry {
  const configure: Awaited<ReturnType<CommandEntry["load"]>>["configure"] = (command, context) => {
    command.action(async () => await action(context));
  };
  return { name: "try", summary: "try it", load: () => Promise.resolve({ configure }) };
}

function thrown(error: unknown): CommandEntry {
  return command(() => {
    throw error;
  });
}

Deno.test("help lists every command", async () => {
  const { code, stdout, stderr } = await runCommand(["--help"]);
  deepEqual([code, stderr], [ExitCode.ok, ""]);
  const listed = stdout.split("\n").map((line) => line.trim().split(/ +/)[0]);
  for (const { name } of COMMANDS) ok(listed.includes(name), name);
});

Deno.test("only the command that is called is loaded", async () => {
  const loaded: string[] = [];
  const commands = ["one", "two"].map((name): CommandEntry => ({
    name,
    summary: name,
    load: () => {
      loaded.push(name);
      return command(() => {}).load();
    },
  }));
  await runCommand(["two"], { commands });
  await runCommand(["help", "one"], { commands });
  await runCommand(["--help"], { commands });
  deepEqual(loaded, ["two", "one"]);
});

Deno.test("the version in three ways", async () => {
  const line = `skerry ${VERSION}\n`;
  equal((await runCommand(["version"])).stdout, line);
  equal((await runCommand(["--version"])).stdout, line);
  const { stdout } = await runCommand(["version", "-o", "json"]);
  deepEqual(JSON.parse(stdout), { version: VERSION, deno: Deno.version.deno });
});

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [["pod"], /^skerry: unknown command 'pod'\n\(Did you mean pods\?\)\nhint: --help/],
  [["version", "--fast"], /^skerry: unknown option '--fast'/],
  [["version", "-o", "xml"], /^skerry: option '-o, --output <format>' argument 'xml' is invalid/],
  [["logs"], /^skerry: missing required argument 'pod'/],
  [["logs", "web", "--tail", "x"], /It must be a whole number, at least -1/],
  [["logs", "web", "--since", "1m", "--since-time", "2026-01-01T00:00:00Z"], /cannot be used with/],
  [["pods", "extra"], /^skerry: too many arguments/],
  [[], /^Usage: skerry /],
];

for (const [args, message] of wrong) {
  Deno.test(`a wrong command line is told and ends with 2: skerry ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await runCommand(args);
    deepEqual([code, stdout], [ExitCode.usage, ""]);
    match(stderr, message);
  });
}

const ends: readonly {
  readonly name: string;
  readonly entry: CommandEntry;
  readonly code: ExitCode;
  readonly stderr: string | RegExp;
}[] = [
  { name: "nothing said", entry: command(() => {}), code: ExitCode.ok, stderr: "" },
  {
    name: "a code that was set",
    entry: command((context) => context.setExitCode(ExitCode.failure)),
    code: ExitCode.failure,
    stderr: "",
  },
  {
    name: "an expected failure",
    entry: thrown(new CliError("it \x1b[5mfailed\nbadly", { hint: "try again" })),
    code: ExitCode.failure,
    stderr: "skerry: it \\x1b[5mfailed\nbadly\nhint: try again\n",
  },
  {
    name: "a wrong configuration",
    entry: thrown(new CliError("a.yaml:1:1: no", { exitCode: ExitCode.configuration })),
    code: ExitCode.configuration,
    stderr: "skerry: a.yaml:1:1: no\n",
  },
  {
    name: "something that is not there",
    entry: thrown(new NotFound("no pod")),
    code: ExitCode.notFound,
    stderr: "skerry: no pod\n",
  },
  {
    name: "a refusal",
    entry: thrown(new Invalid("not so")),
    code: ExitCode.failure,
    stderr: "skerry: not so\n",
  },
  {
    name: "a defect",
    entry: thrown(new TypeError("x is undefined")),
    code: ExitCode.failure,
    stderr: /^skerry: this should not have happened, please report it: TypeError: x is undefined\n/,
  },
  {
    name: "a reader that is gone",
    entry: thrown(new Deno.errors.BrokenPipe()),
    code: ExitCode.ok,
    stderr: "",
  },
];

for (const { name, entry, code, stderr } of ends) {
  Deno.test(`how a command ends: ${name}`, async () => {
    const ran = await runCommand(["try"], { commands: [entry] });
    equal(ran.code, code);
    if (typeof stderr === "string") equal(ran.stderr, stderr);
    else match(ran.stderr, stderr);
  });
}

Deno.test("a command that was interrupted ends quietly with 130", async () => {
  const stop = new AbortController();
  const entry = command(({ signal }) => {
    stop.abort();
    signal.throwIfAborted();
  });
  const ran = await runCommand(["try"], { commands: [entry], signal: stop.signal });
  deepEqual(ran, { code: ExitCode.interrupted, stdout: "", stderr: "" });
});

Deno.test("a command that ends well after the signal sets the code itself", async () => {
  const stop = new AbortController();
  const entry = command(() => stop.abort());
  const { code } = await runCommand(["try"], { commands: [entry], signal: stop.signal });
  equal(code, ExitCode.ok);
});

Deno.test("help whose reader is gone is no failure", async () => {
  const onStdout = () => {
    throw new Deno.errors.BrokenPipe();
  };
  deepEqual(await runCommand(["--help"], { onStdout }), { code: 0, stdout: "", stderr: "" });
});

Deno.test("help that cannot be written is a failure", async () => {
  const onStdout = () => {
    throw new CliError("the output cannot be written: No space left on device");
  };
  const stderr = "skerry: the output cannot be written: No space left on device\n";
  deepEqual(await runCommand(["--help"], { onStdout }), { code: 1, stdout: "", stderr });
});
