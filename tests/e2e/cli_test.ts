/** The `skerry` command as programs and people use it: outputs, exit codes, what is refused at the start. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { cgroupVersion } from "../../src/adapters/linux/node_facts.ts";
import { agentArgv, labAgent } from "../lab/agent.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { isAlive } from "../lab/processes.ts";
import { eventsOf, findPod, succeed, untilGone, untilRow } from "./expect.ts";
import { FOREVER, scriptPod } from "./manifest.ts";

// deno-lint-ignore no-control-regex -- the colours of a terminal
const COLOR = /\x1b\[/;

Deno.test("the command against a running agent", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  await t.step("no pods", async () => {
    const { stdout, stderr } = await succeed(agent, ["pods"]);
    assert.deepEqual([stdout, stderr], ["", "No pods on this node.\n"]);
    assert.deepEqual(JSON.parse((await succeed(agent, ["pods", "-o", "json"])).stdout).items, []);
  });
  await agent.apply("web.yaml", scriptPod("web", FOREVER));
  const pod = await untilRow(agent, "web-edge-1", "1/1 Running");

  await t.step("pods, as table, wide, json and yaml", async () => {
    const [header, row, ...rest] = (await succeed(agent, ["pods"])).stdout.split("\n");
    assert.match(header ?? "", /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE$/);
    assert.match(row ?? "", /^default +web-edge-1 +1\/1 +Running +0 +\d+s$/);
    assert.deepEqual(rest, [""]);
    const wide = (await succeed(agent, ["pods", "-o", "wide"])).stdout;
    assert.match(wide, new RegExp(`${pod.status?.podIP} +edge-1 +${lab.images.busybox}`));
    const json = JSON.parse((await succeed(agent, ["pods", "-o", "json"])).stdout);
    const yaml = parse((await succeed(agent, ["pods", "-o", "yaml"])).stdout);
    assert.deepEqual(yaml, json);
    assert.deepEqual(
      [json.kind, json.items[0].kind, json.items[0].metadata.name],
      ["List", "Pod", "web-edge-1"],
    );
  });

  await t.step("only of a namespace", async () => {
    const { stdout, stderr } = await succeed(agent, ["pods", "-n", "other"]);
    assert.deepEqual([stdout, stderr], ["", 'No pods in namespace "other" on this node.\n']);
  });

  await t.step("events, as table and json", async () => {
    const { stdout } = await succeed(agent, ["events"]);
    assert.match(stdout, /^LAST SEEN +NAMESPACE +TYPE +REASON +OBJECT +MESSAGE\n/);
    assert.match(
      stdout,
      /^\d+s +default +Normal +Started +pod\/web-edge-1 +.+$/m,
    );
    const [event] = (await eventsOf(agent, "web-edge-1")).slice(-1);
    assert.equal(event?.involvedObject.fieldPath, "spec.containers{main}");
  });

  await t.step("events, followed as lines of json", async () => {
    const [program, ...args] = agentArgv([
      "events",
      "-f",
      "-o",
      "json",
      `--socket=${agent.socket}`,
    ]);
    const follower = new Deno.Command(program, { args, stdout: "piped" }).spawn();
    await agent.apply("later.yaml", scriptPod("later", FOREVER));
    let text = "";
    for await (const piece of follower.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (/"later-edge-1"[^\n]*"Started"[^\n]*\n/.test(text)) break;
    }
    follower.kill("SIGINT");
    assert.equal((await follower.status).code, 130);
    for (const line of text.trim().split("\n")) assert.equal(JSON.parse(line).kind, "Event");
    await agent.remove("later.yaml");
    await untilGone(agent, "later-edge-1");
  });

  await t.step("status, as text and json", async () => {
    const status = JSON.parse((await succeed(agent, ["status", "-o", "json"])).stdout);
    assert.equal(status.nodeName, "edge-1");
    assert.equal(status.runtime.endpoint, lab.endpoint);
    assert.equal(status.runtime.name, "containerd");
    assert.deepEqual(status.pods, { Running: 1 });
    assert.deepEqual([status.sources.length, status.sources[0].pods], [1, 1]);
    assert.match((await succeed(agent, ["status"])).stdout, /edge-1[^]*containerd/);
  });

  await t.step("no colours in a pipe", async () => {
    for (const command of ["pods", "events", "status"]) {
      const [program, ...args] = agentArgv([command, `--socket=${agent.socket}`]);
      const { stdout } = await new Deno.Command(program, {
        args,
        clearEnv: true,
        env: { TERM: "xterm-256color", DENO_NO_UPDATE_CHECK: "1" },
      }).output();
      assert.doesNotMatch(new TextDecoder().decode(stdout), COLOR);
    }
  });

  await t.step("a pod that is not there: exit code 5", async () => {
    const { code, stderr } = await agent.skerry(["logs", "nobody"]);
    assert.equal(code, 5);
    assert.match(stderr, /^skerry: .*nobody.*\nhint: `skerry pods` lists them\n$/);
    assert.equal((await agent.skerry(["events", "--for=nobody"])).code, 5);
  });

  await t.step("a command line that is wrong: exit code 2", async () => {
    for (const args of [["nothing"], ["pods", "--nothing"], ["pods", "-o", "xml"], ["logs"]]) {
      assert.equal((await agent.skerry(args)).code, 2, args.join(" "));
    }
  });

  await t.step("the socket is for root alone", async () => {
    assert.equal((await Deno.stat(agent.socket)).mode! & 0o777, 0o600);
  });

  await t.step(
    "a second agent on the same folder refuses to start, the first goes on",
    async () => {
      const other = await labAgent(lab, {
        name: "other",
        skerry: { rootDir: agent.rootDir },
      });
      await assert.rejects(other.start(), /another agent/);
      assert.ok(isAlive(agent.pid ?? 0));
      assert.equal((await findPod(agent, "web-edge-1"))?.metadata.uid, pod.metadata.uid);
    },
  );

  await t.step("a second agent on the same socket likewise", async () => {
    const other = await labAgent(lab, { name: "third", skerry: { controlSocket: agent.socket } });
    await assert.rejects(other.start(), /another agent/);
    assert.equal((await findPod(agent, "web-edge-1"))?.metadata.uid, pod.metadata.uid);
  });

  await t.step("no agent: exit code 4", async () => {
    await agent.stop();
    for (const args of [["pods"], ["status"], ["events"], ["logs", "web-edge-1"]]) {
      const { code, stderr } = await agent.skerry(args);
      assert.equal(code, 4, args.join(" "));
      assert.match(stderr, /^skerry: the agent does not answer on .*\nhint: /);
    }
  });

  await t.step(
    "an agent that was killed leaves a socket that bothers nobody",
    async () => {
      await agent.start();
      await agent.kill();
      await agent.start();
      await untilRow(agent, "web-edge-1", "1/1 Running");
      await agent.stop();
    },
  );
});

Deno.test("the configuration decides whether the agent starts", async (t) => {
  await using lab = await startLab();

  await t.step("an unknown field: exit code 3, with file, line and column", async () => {
    const { code, stderr, path } = await runWith(lab, "kubelet.yaml", [
      "apiVersion: kubelet.config.k8s.io/v1beta1",
      "kind: KubeletConfiguration",
      "maxPods: 110",
      "  ",
      "staticPodPaths: /etc/manifests",
    ]);
    assert.equal(code, 3);
    assert.match(stderr, new RegExp(`^${path}:5:1: staticPodPaths: unknown field`, "m"));
  });

  await t.step("a wrong type and an impossible value are both told", async () => {
    const { code, stderr, path } = await runWith(lab, "wrong.yaml", [
      "apiVersion: kubelet.config.k8s.io/v1beta1",
      "kind: KubeletConfiguration",
      "serializeImagePulls: maybe",
      "containerLogMaxFiles: 1",
    ]);
    assert.equal(code, 3);
    assert.match(stderr, new RegExp(`${path}:3:\\d+: serializeImagePulls: `));
    assert.match(stderr, new RegExp(`${path}:4:\\d+: containerLogMaxFiles: `));
  });

  await t.step("a known field that is not acted on: one warning, and it runs", async () => {
    const agent = await labAgent(lab, { name: "warned", kubelet: { registryPullQPS: 7 } });
    await agent.start();
    await agent.stop();
    const log = await Deno.readTextFile(agent.logPath);
    assert.equal(log.match(/registryPullQPS/g)?.length, 1, log);
    assert.match(log, /^W.*registryPullQPS/m);
  });

  await t.step("cgroup v1 that is not allowed", async () => {
    if (cgroupVersion() !== 1) return;
    const agent = await labAgent(lab, { name: "strict", kubelet: { failCgroupV1: true } });
    await assert.rejects(agent.start(), /failCgroupV1/);
  });
});

/** Starts the agent with a configuration file of these lines, until it ends. */
async function runWith(lab: Lab, name: string, lines: readonly string[]) {
  const path = `${lab.workDir}/${name}`;
  await Deno.writeTextFile(path, lines.join("\n"));
  return { path, ...(await lab.exec(agentArgv(["run", `--config=${path}`]))) };
}
