/** `skerry pods` in all its outputs. */
import { deepEqual, equal } from "node:assert/strict";
import { parse } from "yaml";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { idleStatus, startFakeAgent } from "../../../tests/fakes/control.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { rfc3339 } from "../../core/instant.ts";
import type { Pod, PodStatus } from "../../core/k8s.ts";

/** Long enough ago that the age does not change while the test runs. */
const created = rfc3339(Date.now() - 50.5 * 3_600_000);

function withStatus(pod: Pod, status: PodStatus): Pod {
  const metadata = { ...pod.metadata, creationTimestamp: created };
  return { ...pod, metadata, spec: { ...pod.spec, nodeName: "pi-1" }, status };
}

const web = withStatus(pod("web").container("main", { image: "nginx:1" }).build(), {
  phase: "Running",
  podIP: "10.88.0.2",
  containerStatuses: [
    {
      name: "main",
      image: "nginx:1",
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: created } },
    },
  ],
});

const waiting = withStatus(pod("db").namespace("base").build(), {
  phase: "Pending",
  containerStatuses: [
    {
      name: "main",
      image: "busybox:1",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: "ContainerCreating" } },
    },
  ],
});

const table = `NAMESPACE   NAME   READY   STATUS              RESTARTS   AGE
base        db     0/1     ContainerCreating   0          2d2h
default     web    1/1     Running             0          2d2h
`;

const wide =
  `NAMESPACE   NAME   READY   STATUS              RESTARTS   AGE    IP          NODE   IMAGES
base        db     0/1     ContainerCreating   0          2d2h   <none>      pi-1   busybox:1
default     web    1/1     Running             0          2d2h   10.88.0.2   pi-1   nginx:1
`;

Deno.test("the pods are listed in the order of namespace and name", async () => {
  await using agent = await startFakeAgent({ pods: () => [web, waiting] });
  const run = (...args: string[]) => runCommand(["pods", ...args, "--socket", agent.socket]);
  deepEqual(await run(), { code: 0, stdout: table, stderr: "" });
  deepEqual(await run("-o", "wide"), { code: 0, stdout: wide, stderr: "" });
  const lines = table.split("\n");
  equal(
    (await run("-n", "base")).stdout,
    `${lines[0]}\n${lines[1]?.replace("  0          2d2h", "  0          2d2h")}\n`,
  );
});

Deno.test("programs get a v1 List with everything", async () => {
  await using agent = await startFakeAgent({ pods: () => [web] });
  const items = [JSON.parse(JSON.stringify(web))];
  const list = { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "" }, items };
  const run = async (format: string) =>
    (await runCommand(["pods", "-o", format, "--socket", agent.socket])).stdout;
  deepEqual(JSON.parse(await run("json")), list);
  deepEqual(parse(await run("yaml")), list);
});

Deno.test("a person sees colours, and the pulls that pods wait for", async () => {
  const pull = { image: "busybox:1", startedAt: 0, doneBytes: 1e6, totalBytes: 4e6 };
  await using agent = await startFakeAgent({
    pods: () => [waiting],
    status: () => Promise.resolve({ ...idleStatus, pulls: [pull] }),
  });
  const { stdout } = await runCommand(["pods", "--socket", agent.socket], { terminal: true });
  equal(
    stdout,
    `NAMESPACE   NAME   READY   STATUS              RESTARTS   AGE
base        db     0/1     \x1b[33mContainerCreating\x1b[39m   0          2d2h

Pulling busybox:1   1.0/4.0 MB   25%
`,
  );
});

Deno.test("where there is nothing, that is said beside the output", async () => {
  await using agent = await startFakeAgent();
  const run = (...args: string[]) => runCommand(["pods", ...args, "--socket", agent.socket]);
  deepEqual(await run(), { code: 0, stdout: "", stderr: "No pods on this node.\n" });
  const { stderr } = await run("-n", "shop");
  equal(stderr, 'No pods in namespace "shop" on this node.\n');
  deepEqual(JSON.parse((await run("-o", "json")).stdout).items, []);
});

Deno.test("`skerry pods | head` ends quietly", async () => {
  await using agent = await startFakeAgent({ pods: () => [web] });
  const onStdout = () => {
    throw new Deno.errors.BrokenPipe();
  };
  const ran = await runCommand(["pods", "--socket", agent.socket], { onStdout });
  deepEqual(ran, { code: 0, stdout: "", stderr: "" });
});
