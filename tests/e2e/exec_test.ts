/** `skerry exec`, `attach` and `port-forward` into containerd's containers, on a machine without any cluster. */
import assert from "node:assert/strict";
import { digest, pattern } from "../fakes/byte_pattern.ts";
import { askForUpgrade } from "../../src/server/streams/upgrade.ts";
import { readText } from "../fakes/streaming_server.ts";
import { agentArgv, labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { tryRun } from "../lab/run.ts";
import { skerryWith, startSkerry } from "../lab/skerry_process.ts";
import { succeed, until, untilRow } from "./expect.ts";
import { container, manifest, TELL_SIZE } from "./manifest.ts";

const megabyte = 1024 * 1024;

Deno.test("exec, attach and port-forward", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  const web = manifest("web", {
    containers: [
      container(
        "main",
        `mkdir /www; echo hello > /www/index.html; httpd -f -p 127.0.0.1:8080 -h /www`,
        {
          ports: [{ name: "http", containerPort: 8080 }],
        },
      ),
      container("shell", 'read line; echo "heard $line"; read line; exit 4', {
        stdin: true,
        stdinOnce: true,
      }),
    ],
  });
  await agent.apply("web.yaml", web);
  await untilRow(agent, "web-edge-1", "2/2 Running");
  const exec = (...args: readonly string[]) => agent.skerry(["exec", "web-edge-1", ...args]);

  await t.step("a command's output, complaints and exit code", async () => {
    const ran = await exec("-c", "main", "--", "sh", "-c", "echo out; echo err >&2; exit 3");
    assert.deepEqual(ran, {
      code: 3,
      stdout: "out\n",
      stderr: "err\ncommand terminated with exit code 3\n",
    });
    const { stdout, stderr } = await succeed(agent, ["exec", "web", "--", "echo", "a b"]);
    assert.equal(stdout, "a b\n");
    assert.match(stderr, /^Defaulted container "main" out of: main, shell\n$/);
  });

  await t.step("the security log says that root has run sh, and not with what", async () => {
    const text = await Deno.readTextFile(`${agent.rootDir}/security.log`);
    const { user, action, pod, container, program } = JSON.parse(text.split("\n")[0] ?? "");
    assert.deepEqual([user, action, container, program], ["root", "exec", "main", "sh"]);
    assert.equal(pod, "web-edge-1");
    assert.doesNotMatch(text, /exit 3/);
  });

  await t.step("10 MB in and out again, exact, and the end of stdin", async () => {
    const sent = pattern(10 * megabyte);
    const ran = await skerryWith(agent, ["exec", "-i", "web", "-c", "main", "--", "cat"], sent);
    assert.equal(ran.stderr, "");
    assert.equal(ran.code, 0);
    assert.equal(await digest(ran.stdout), await digest(sent));
  });

  await t.step("a terminal of the caller's size", async () => {
    const inside = agentArgv([
      "exec",
      "-it",
      "web",
      "-c",
      "main",
      "--socket",
      agent.socket,
      "--",
      "sh",
      "-c",
      `${TELL_SIZE}; test -t 0 && test -t 1 && exit 7`,
    ]);
    const command = inside.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const script = `stty rows 33 cols 77; ${command}`;
    const ran = await tryRun(["script", "--quiet", "--return", "--command", script, "/dev/null"], {
      env: { DENO_NO_UPDATE_CHECK: "1" },
    });
    // Nothing is added to what the command prints.
    assert.match(ran.stdout, /33 77\r\n/);
    assert.equal(ran.code, 7);
  });

  await t.step("what cannot be run, and what is not there", async () => {
    const missing = await exec("-c", "main", "--", "no-such-program");
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /no-such-program/);
    const noPod = await agent.skerry(["exec", "nope", "--", "true"]);
    assert.equal(noPod.code, 5);
    const noContainer = await exec("-c", "nope", "--", "true");
    assert.equal(noContainer.code, 5);
  });

  await t.step("attach hears a process, and talks to it", async () => {
    await using attached = startSkerry(agent, ["attach", "-i", "web", "-c", "shell"]);
    const { stdin, stdout, status } = attached.child;
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode("me\n"));
    const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, "heard me\n");
    await writer.write(new TextEncoder().encode("enough\n"));
    assert.equal((await reader.read()).done, true);
    writer.releaseLock();
    assert.equal((await status).code, 0);
  });

  await t.step("a port that only the pod itself can reach", async () => {
    await using forward = startSkerry(agent, ["port-forward", "web", ":http", ":9"]);
    const reader = forward.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const ports = await forwarded(reader, 2);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => fetch(`http://127.0.0.1:${ports[0]}/`)),
    );
    for (const answer of answers) assert.equal(await answer.text(), "hello\n");
    await assert.rejects(fetch(`http://127.0.0.1:${ports[1]}/`));
    const errors = forward.child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await errors.read()).value ?? "", /^skerry: error forwarding port 9 to pod /);
    await errors.cancel();
    await reader.cancel();
  });

  await t.step("a client that speaks WebSocket", async () => {
    using conn = await Deno.connect({ transport: "unix", path: agent.socket });
    const answer = await askForUpgrade(conn, {
      method: "GET",
      target: "/v1/streams/exec/default/web-edge-1/main?command=echo&command=hi&output=1",
      headers: [
        ["Host", "node"],
        ["Connection", "Upgrade"],
        ["Upgrade", "websocket"],
        ["Sec-WebSocket-Version", "13"],
        ["Sec-WebSocket-Key", btoa("sixteen letters.")],
        ["Sec-WebSocket-Protocol", "v4.channel.k8s.io"],
      ],
    });
    assert.equal(answer.status, 101);
    assert.equal(answer.headers.get("sec-websocket-protocol"), "v4.channel.k8s.io");
    const said = new TextDecoder().decode(answer.rest) + await readText(conn);
    assert.ok(said.includes("\x01hi\n"), said);
    assert.match(said, /"status":"Success"/);
  });

  await t.step("the agent's end ends what it carries", async () => {
    await using running = startSkerry(agent, ["exec", "web", "-c", "main", "--", "sleep", "600"]);
    await until("the command runs", async () => {
      const { stdout } = await exec("-c", "main", "--", "ps");
      return stdout.includes("sleep 600");
    });
    await agent.stop();
    assert.equal((await running.child.status).code, 4);
    await agent.start();
    await untilRow(agent, "web-edge-1", "2/2 Running");
  });
});

async function forwarded(
  reader: ReadableStreamDefaultReader<string>,
  count: number,
): Promise<readonly number[]> {
  let text = "";
  while (text.split("\n").length <= count) {
    const { done, value } = await reader.read();
    assert.ok(!done, text);
    text += value;
  }
  return [...text.matchAll(/^Forwarding from 127.0.0.1:(\d+) -> \d+$/gm)]
    .map(([, port]) => Number(port));
}
