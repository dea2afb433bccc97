/** kubectl exec, attach, port-forward and cp against a node: through the API server to the kubelet's port. */
import assert from "node:assert/strict";
import { until } from "../expect.ts";
import { container, manifest, TELL_SIZE } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { kubectlOnTerminal, startKubectl } from "./kubectl_session.ts";
import { createPod, untilRow } from "./pods.ts";

const megabyte = 1024 * 1024;

const web = manifest("web", {
  containers: [
    container(
      "main",
      "mkdir /www; echo hello > /www/index.html; httpd -f -p 127.0.0.1:8080 -h /www",
    ),
    container("shell", 'read line; echo "heard $line"; read line', { stdin: true, tty: false }),
  ],
});

/** Text that shows it where a part is lost or out of its order. */
function numbers(bytes: number): string {
  let text = "";
  for (let at = 0; text.length < bytes; at++) text += `${at}\n`;
  return text;
}

async function digest(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("kubectl reaches into pods", async (t) => {
  await using node = await startClusterNode();
  const { cluster } = node;
  await createPod(node, web);
  await untilRow(node, "web", "2/2 Running");
  const exec = (...words: readonly string[]) =>
    cluster.tryKubectl(["exec", "web", "-c", "main", "--", ...words]);

  await t.step("exec gives a command's output, complaints and exit code", async () => {
    const { code, stdout, stderr } = await exec("sh", "-c", "echo out; echo err >&2; exit 3");
    assert.deepEqual([code, stdout], [3, "out\n"]);
    assert.match(stderr, /^err\n/);
  });

  await t.step("exec -i: 10 MB in and out again, exact", async () => {
    const sent = numbers(10 * megabyte);
    const args = ["exec", "-i", "web", "-c", "main", "--", "cat"];
    const { stdout } = await cluster.kubectl(args, { stdin: sent });
    assert.equal(stdout.length, sent.length);
    assert.equal(await digest(stdout), await digest(sent));
  });

  await t.step("exec -it: a terminal of the caller's size", async () => {
    const words = ["exec", "-it", "web", "-c", "main", "--", "sh", "-c", `${TELL_SIZE}; exit 7`];
    await using terminal = kubectlOnTerminal(node, words);
    await terminal.until(/33 77\r\n/);
    assert.equal(await terminal.code(), 7);
  });

  await t.step("what cannot be run, and where nothing runs", async () => {
    const missing = await exec("no-such-program");
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /no-such-program/);
    const noContainer = await cluster.tryKubectl(["exec", "web", "-c", "nope", "--", "true"]);
    assert.match(noContainer.stderr, /container nope is not valid for pod web/);
  });

  await t.step("attach -i talks to the container's own process", async () => {
    await using attached = startKubectl(node, ["attach", "-i", "web", "-c", "shell"]);
    await attached.write("me\n");
    assert.match(await attached.until(/heard .*\n/), /heard me\n/);
  });

  await t.step("port-forward reaches a port that only the pod itself can", async () => {
    await using forward = startKubectl(node, ["port-forward", "web", ":8080"]);
    const said = await forward.until(/127\.0\.0\.1:\d+ ->/);
    const port = /127\.0\.0\.1:(\d+) ->/.exec(said)?.[1];
    for (let count = 0; count < 5; count++) {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      assert.equal(await answer.text(), "hello\n");
    }
  });

  await t.step("cp brings a file in and out again", async () => {
    const path = `${cluster.dir}/numbers`;
    await Deno.writeTextFile(path, numbers(2 * megabyte));
    await cluster.kubectl(["cp", path, "web:/tmp/numbers", "-c", "main"]);
    await cluster.kubectl(["cp", "web:/tmp/numbers", `${path}.back`, "-c", "main"]);
    assert.equal(
      await digest(await Deno.readTextFile(`${path}.back`)),
      await digest(await Deno.readTextFile(path)),
    );
  });

  await t.step("a caller who vanishes does not hold up the next one", async () => {
    const gone = new AbortController();
    const args = ["exec", "web", "-c", "main", "--", "sleep", "600"];
    const running = cluster.tryKubectl(args, { signal: gone.signal });
    await until("the command runs", async () => (await exec("ps")).stdout.includes("sleep 600"));
    gone.abort();
    await running;
    assert.equal((await exec("echo", "still here")).stdout, "still here\n");
  });
});
