/** What containers learn of their pod, and parts and groups of volumes, as the containers and the kernel see them. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { containerOf, eventsOf, findPod, logOf, untilGone, untilRow } from "./expect.ts";
import { container, manifest } from "./manifest.ts";

Deno.test("volumes that show the pod, parts of volumes, and groups", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  const run = async (name: string, pod: unknown): Promise<string> => {
    await agent.apply(`${name}.yaml`, pod);
    await untilRow(agent, `${name}-edge-1`, "0/1 Completed");
    return await logOf(agent, `${name}-edge-1`);
  };

  await t.step("files of the pod's own fields, behind a link that updates swing", async () => {
    const script = "cd /info; readlink ..data | cut -c1-4; readlink name; cat name; echo; " +
      "cat labels; echo; cat deep/cpu; echo; stat -Lc %a name deep/cpu; stat -c %a ..data/; " +
      "grep -c ' /info tmpfs ro' /proc/mounts; touch /info/new 2>&1";
    const items = [
      { path: "name", fieldRef: { fieldPath: "metadata.name" } },
      { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
      {
        path: "deep/cpu",
        mode: 0o400,
        resourceFieldRef: { containerName: "main", resource: "limits.cpu", divisor: "1m" },
      },
    ];
    const log = await run("self", {
      ...manifest("self", {
        restartPolicy: "Never",
        containers: [
          container("main", `${script} || true`, {
            resources: { limits: { cpu: "250m" } },
            volumeMounts: [{ name: "info", mountPath: "/info" }],
          }),
        ],
        volumes: [{ name: "info", downwardAPI: { items } }],
      }, { labels: { app: "shop" } }),
    });
    assert.deepEqual(log.trimEnd().split("\n"), [
      `..${new Date().getUTCFullYear()}`.slice(0, 4),
      "..data/name",
      "self-edge-1",
      'app="shop"',
      "250",
      "644",
      "400",
      "755",
      "1",
      "touch: /info/new: Read-only file system",
    ]);
  });

  await t.step(
    "variables of the pod's place, and of a file that an init container left",
    async () => {
      const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
      const volumeMounts = [{ name: "found", mountPath: "/found" }];
      const log = await run(
        "env",
        manifest("env", {
          restartPolicy: "Never",
          initContainers: [
            container("init", "echo \"TOLD='by init'\" > /found/env", { volumeMounts }),
          ],
          containers: [
            container(
              "main",
              'echo "$IP|$HOST|$NODE|$TOLD|$(ip -o -4 addr show eth0 | cut -d" " -f7)"',
              {
                env: [
                  { name: "IP", ...field("status.podIP") },
                  { name: "HOST", ...field("status.hostIP") },
                  { name: "NODE", ...field("spec.nodeName") },
                  {
                    name: "TOLD",
                    valueFrom: { fileKeyRef: { volumeName: "found", path: "env", key: "TOLD" } },
                  },
                ],
              },
            ),
          ],
          volumes: [{ name: "found", emptyDir: {} }],
        }),
      );
      const { status } = await findPod(agent, "env-edge-1") ?? {};
      const [ip, host, node, told, own = ""] = log.trim().split("|");
      assert.equal(ip, own.split("/")[0]);
      assert.equal(ip, status?.podIP);
      assert.equal(host, status?.hostIP);
      assert.deepEqual([node, told], ["edge-1", "by init"]);
    },
  );

  await t.step("parts of volumes are made, and mounted as directories and as files", async () => {
    const log = await run(
      "parts",
      manifest("parts", {
        restartPolicy: "Never",
        initContainers: [
          container("init", "echo conf > /all/app.conf", {
            volumeMounts: [{ name: "v", mountPath: "/all" }],
          }),
        ],
        containers: [
          container("main", "echo x > /a/new; ls /all /all/parts-edge-1; cat /etc/app.conf", {
            env: [{ name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
            volumeMounts: [
              { name: "v", mountPath: "/all" },
              { name: "v", mountPath: "/a", subPathExpr: "$(NAME)" },
              { name: "v", mountPath: "/etc/app.conf", subPath: "app.conf", readOnly: true },
            ],
          }),
        ],
        volumes: [{ name: "v", emptyDir: {} }],
      }),
    );
    assert.equal(log, "/all:\napp.conf\nparts-edge-1\n\n/all/parts-edge-1:\nnew\nconf\n");
  });

  await t.step("a part that is a way out of its volume holds the container up", async () => {
    const volumeMounts = [{ name: "v", mountPath: "/all" }];
    await agent.apply(
      "escape.yaml",
      manifest("escape", {
        initContainers: [container("init", "ln -s /etc /all/out", { volumeMounts })],
        containers: [
          container("main", "ls /in", {
            volumeMounts: [{ name: "v", mountPath: "/in", subPath: "out" }],
          }),
        ],
        volumes: [{ name: "v", emptyDir: {} }],
      }),
    );
    const pod = await untilRow(agent, "escape-edge-1", "0/1 CreateContainerConfigError");
    const message = 'failed to prepare subPath for volumeMount "v" of container "main"';
    assert.equal(containerOf(pod).state?.waiting?.message, message);
    const failed = (await eventsOf(agent, "escape-edge-1")).find(({ reason }) =>
      reason === "Failed"
    );
    assert.equal(failed?.message, `Error: ${message}`);
    await agent.remove("escape.yaml");
    await untilGone(agent, "escape-edge-1");
  });

  await t.step("volumes are the pod's group's", async () => {
    const log = await run(
      "group",
      manifest("group", {
        restartPolicy: "Never",
        securityContext: { runAsUser: 1000, fsGroup: 2345 },
        containers: [
          container(
            "main",
            "id -G; stat -c '%g %a' /disk /memory /info; stat -Lc '%g %a' /info/name; " +
              "echo x > /disk/new; mkdir /disk/dir; stat -c '%u:%g %A' /disk/new /disk/dir",
            {
              volumeMounts: [
                { name: "disk", mountPath: "/disk" },
                { name: "memory", mountPath: "/memory" },
                { name: "info", mountPath: "/info" },
              ],
            },
          ),
        ],
        volumes: [
          { name: "disk", emptyDir: {} },
          { name: "memory", emptyDir: { medium: "Memory" } },
          {
            name: "info",
            downwardAPI: {
              defaultMode: 0o600,
              items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }],
            },
          },
        ],
      }),
    );
    assert.deepEqual(log.trimEnd().split("\n"), [
      "0 2345",
      "2345 2777",
      "2345 3777",
      "2345 3777",
      "2345 640",
      "1000:2345 -rw-r--r--",
      "1000:2345 drwxr-sr-x",
    ]);
  });
  await agent.stop();
});
