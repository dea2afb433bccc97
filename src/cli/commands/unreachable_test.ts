/** What the commands say when no agent answers. */
import { deepEqual, equal, match } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { DEFAULT_CONTROL_SOCKET } from "../default_paths.ts";
import { ExitCode } from "../exit_codes.ts";

const commands: readonly (readonly string[])[] = [
  ["pods"],
  ["logs", "web"],
  ["events"],
  ["events", "-f"],
  ["status"],
  ["relay", "tail"],
  ["images", "import", import.meta.filename ?? ""],
];

for (const args of commands) {
  Deno.test(`without an agent the command says how to start it: ${args.slice(0, 2).join(" ")}`, async () => {
    const socket = "/nonexistent/skerry.sock";
    deepEqual(await runCommand([...args, "--socket", socket]), {
      code: ExitCode.unreachable,
      stdout: "",
      stderr: `skerry: the agent does not answer on ${socket}: there is no such socket\n` +
        "hint: start it with `sudo systemctl start skerry` or `sudo skerry run`; " +
        "--socket names another socket\n",
    });
  });
}

Deno.test("a socket without anybody behind it is told apart", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const socket = `${directory}/s`;
    const listener = Deno.listen({ transport: "unix", path: `${socket}.old` });
    await Deno.link(`${socket}.old`, socket);
    listener.close();
    const { code, stderr } = await runCommand(["pods", "--socket", socket]);
    equal(code, ExitCode.unreachable);
    match(stderr, /: nobody listens on it any more\n/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("the socket is the option's, the variable's, or the default", async () => {
  const from = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const { stderr } = await runCommand(["pods", ...args], { env });
    return /answer on (\S+):/.exec(stderr)?.[1];
  };
  equal(await from(["--socket", "/none/a"], { SKERRY_SOCKET: "/none/b" }), "/none/a");
  equal(await from([], { SKERRY_SOCKET: "/none/b" }), "/none/b");
  const { stdout } = await runCommand(["pods", "--help"]);
  match(stdout.replaceAll(/\s+/g, " "), new RegExp(`default: "${DEFAULT_CONTROL_SOCKET}"`));
});
