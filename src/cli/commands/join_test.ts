/** The command line of `skerry join`, up to the first word with a server. */
import assert from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { ExitCode } from "../exit_codes.ts";

const token = ["--token", "abcdef.0123456789abcdef"];
const hash = `sha256:${"0".repeat(64)}`;

const wrong: readonly (readonly [args: readonly string[], stderr: RegExp])[] = [
  [token, /missing required argument 'server'/],
  [["10.0.0.1"], /required option '--token <token>' not specified/],
  [["10.0.0.1", "--token", "abc"], /^skerry: --token: expected six/],
  [["10.0.0.1", ...token], /^skerry: --ca-cert-hash is needed .*\nhint: .*print-join-command/],
  [["10.0.0.1", ...token, "--ca-cert-hash", "x"], /^skerry: --ca-cert-hash: expected sha256:HASH/],
  [["10.0.0.1", ...token, "--timeout", "5"], /has no unit/],
  [["http://10.0.0.1", ...token], /^skerry: SERVER: expected HOST:PORT/],
];
for (const [args, stderr] of wrong) {
  Deno.test(`refused: skerry join ${args.join(" ")}`, async () => {
    const ran = await runCommand(["join", ...args]);
    assert.equal(ran.code, ExitCode.usage);
    assert.match(ran.stderr, stderr);
    assert.equal(ran.stdout, "");
  });
}

/** Joins a server that does not speak TLS, until it is waited for; gives what was said up to then. */
async function joined(args: readonly string[]): Promise<string> {
  using folder = temporaryFolder();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(""),
  );
  const stop = new AbortController();
  const ran = await runCommand([
    "join",
    `127.0.0.1:${server.addr.port}`,
    ...token,
    "--config",
    `${folder.path}/config.yaml`,
    ...args,
  ], {
    signal: stop.signal,
    onStdout: (text) => text.includes("trying") && stop.abort(),
  });
  assert.equal(ran.code, ExitCode.interrupted);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  return ran.stdout;
}

for (
  const args of [
    ["--ca-cert-hash", hash],
    ["--discovery-token-ca-cert-hash", hash],
    ["--discovery-unsafe-skip-ca-verification"],
    ["--discovery-token-unsafe-skip-ca-verification"],
  ]
) {
  Deno.test(`a server is asked with ${args[0]}; Ctrl-C ends it with nothing written`, async () => {
    const stdout = await joined(args);
    assert.match(stdout, /^Asking https:\/\/127.0.0.1:\d+ which cluster it is of\n/);
    assert.match(stdout, /it does not speak TLS; trying for 30s\n$/);
  });
}
