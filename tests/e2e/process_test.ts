/** What a container finds: its command line, environment, names, name servers, namespaces and ports. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { netnsIdentity } from "../lab/netns.ts";
import { containerOf, logOf, until, untilRow } from "./expect.ts";
import { container, FOREVER, manifest, oncePod } from "./manifest.ts";

Deno.test("what a container finds", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, { kubelet: { clusterDomain: "edge.test" } });
  await agent.start();
  /** Runs a pod once and gives what it wrote. */
  const said = async (name: string, script: string, spec = {}): Promise<string> => {
    await agent.apply(`${name}.yaml`, oncePod(name, script, spec));
    await untilRow(agent, `${name}-edge-1`, "0/1 Completed");
    return await logOf(agent, `${name}-edge-1`);
  };
  const namespaceOf = (kind: string): string => Deno.readLinkSync(`/proc/self/ns/${kind}`);
  const ownNamespaces = "for each in net pid ipc; do readlink /proc/self/ns/$each; done";

  await t.step("arguments and variables, with references resolved", async () => {
    await agent.apply(
      "words.yaml",
      manifest("words", {
        restartPolicy: "Never",
        containers: [{
          name: "main",
          image: lab.images.busybox,
          command: [
            "sh",
            "-c",
            'for each; do echo "$each"; done; env | grep -e FIRST -e SECOND | sort; pwd',
          ],
          args: ["sh", "$(FIRST)", "$(SECOND) end", "$$(FIRST)", "$(NOBODY)", "two words"],
          env: [
            { name: "FIRST", value: "one" },
            { name: "SECOND", value: "$(FIRST)-two $(LATER)" },
            { name: "LATER", value: "3" },
          ],
          workingDir: "/tmp",
        }],
      }),
    );
    await untilRow(agent, "words-edge-1", "0/1 Completed");
    assert.deepEqual((await logOf(agent, "words-edge-1")).trim().split("\n"), [
      "one",
      "one-two $(LATER) end",
      "$(FIRST)",
      "$(NOBODY)",
      "two words",
      "FIRST=one",
      "SECOND=one-two $(LATER)",
      "/tmp",
    ]);
  });

  await t.step("a working directory that the image does not have", async () => {
    const spec = { containers: [container("main", "pwd", { workingDir: "/made/for/it" })] };
    assert.equal(await said("workdir", "", spec), "/made/for/it\n");
  });

  await t.step("args alone leave the image's command in place", async () => {
    const spec = {
      containers: [{ name: "main", image: lab.images.busybox, args: ["echo", "args"] }],
    };
    assert.equal(await said("args", "", spec), "args\n");
  });

  await t.step("its last words, from the file and from the log", async () => {
    const main = (script: string, fields = {}) => ({
      restartPolicy: "Never",
      containers: [container("main", script, fields)],
    });
    const cases = {
      "words-file": main("printf 'from the file' > /dev/termination-log; exit 1"),
      "words-path": main("printf 'elsewhere' > /tmp/last; exit 1", {
        terminationMessagePath: "/tmp/last",
      }),
      "words-log": main("echo from the log; exit 1", {
        terminationMessagePolicy: "FallbackToLogsOnError",
      }),
      "words-none": main("echo from the log; exit 1"),
    };
    const messages: Record<string, string | undefined> = {};
    for (const [name, spec] of Object.entries(cases)) {
      await agent.apply(`${name}.yaml`, manifest(name, spec));
    }
    for (const name of Object.keys(cases)) {
      const pod = await untilRow(agent, `${name}-edge-1`, "0/1 Error");
      messages[name] = containerOf(pod).state?.terminated?.message;
    }
    assert.deepEqual(messages, {
      "words-file": "from the file",
      "words-path": "elsewhere",
      "words-log": "from the log\n",
      "words-none": undefined,
    });
  });

  await t.step("its names and the aliases of others", async () => {
    const spec = {
      hostname: "front",
      subdomain: "shop",
      hostAliases: [{ ip: "192.0.2.7", hostnames: ["db.test", "db"] }],
    };
    const text = await said("names", "hostname; cat /etc/hosts", spec);
    assert.match(text, /^front\n# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/);
    assert.match(text, /^10\.[\d.]+\tfront\.shop\.default\.svc\.edge\.test\tfront$/m);
    assert.match(text, /^# Entries added by HostAliases\.\n192\.0\.2\.7\tdb\.test\tdb$/m);
  });

  await t.step("its full name as its hostname", async () => {
    const spec = { hostname: "front", subdomain: "shop", setHostnameAsFQDN: true };
    assert.equal(await said("fqdn", "hostname", spec), "front.shop.default.svc.edge.test\n");
  });

  await t.step("its own name servers", async () => {
    const text = await said("dns", "cat /etc/resolv.conf", {
      dnsPolicy: "None",
      dnsConfig: {
        nameservers: ["192.0.2.53"],
        searches: ["one.test", "two.test"],
        options: [{ name: "ndots", value: "2" }, { name: "rotate" }],
      },
    });
    assert.deepEqual(text.trim().split("\n"), [
      "search one.test two.test",
      "nameserver 192.0.2.53",
      "options ndots:2 rotate",
    ]);
  });

  await t.step("namespaces of its own, or the node's", async () => {
    const own = await said("isolated", `${ownNamespaces}; ps | wc -l`);
    assert.ok(!own.includes(namespaceOf("pid")) && !own.includes(namespaceOf("ipc")), own);
    assert.ok(!own.includes(`net:[${netnsIdentity(lab.netns)}]`), own);

    const host = { hostNetwork: true, hostPID: true, hostIPC: true };
    const shared = await said("sharing", `${ownNamespaces}; hostname; cat /etc/hosts`, host);
    const [net, pid, ipc, hostname, first] = shared.split("\n");
    assert.equal(net, `net:[${netnsIdentity(lab.netns)}]`);
    assert.equal(pid, namespaceOf("pid"));
    assert.equal(ipc, namespaceOf("ipc"));
    assert.equal(hostname, Deno.hostname());
    assert.equal(first, "# Kubernetes-managed hosts file (host network).");
  });

  await t.step("a pod on the node's network has the node's address", async () => {
    await agent.apply(
      "hostnet.yaml",
      manifest("hostnet", { hostNetwork: true, containers: [container("main", FOREVER)] }),
    );
    const pod = await untilRow(agent, "hostnet-edge-1", "1/1 Running");
    assert.equal(pod.status?.podIP, lab.nodeAddress);
  });

  await t.step("with shareProcessNamespace the processes of the others", async () => {
    await agent.apply(
      "together.yaml",
      manifest("together", {
        shareProcessNamespace: true,
        containers: [
          container("main", "sleep 0.5; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; echo; " + FOREVER),
          container("other", "sleep 98765"),
        ],
      }),
    );
    await untilRow(agent, "together-edge-1", "2/2 Running");
    await until("the other container's process is seen", async () => {
      const text = await logOf(agent, "together-edge-1", "-c", "main");
      return text.includes("sleep 98765") && text.includes("/pause");
    });
  });

  await t.step("ports on the node that lead to it", async () => {
    await agent.apply(
      "served.yaml",
      manifest("served", {
        containers: [
          container("main", "echo served > /var/www/index.html; exec httpd -f -p 80 -h /var/www", {
            ports: [{ containerPort: 80, hostPort: 18080 }],
          }),
        ],
      }),
    );
    const pod = await untilRow(agent, "served-edge-1", "1/1 Running");
    const get = async (host: string, port: number): Promise<string> => {
      const request = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 2 ${host} ${port}`;
      return (await lab.exec(["sh", "-c", request])).stdout.split("\r\n\r\n")[1] ?? "";
    };
    const podIp = pod.status?.podIP ?? "";
    await until("the server answers", async () => (await get(podIp, 80)) === "served\n");
    assert.equal(await get(lab.nodeAddress, 18080), "served\n");
    await agent.apply(
      "rival.yaml",
      manifest("rival", {
        containers: [
          container("main", FOREVER, { ports: [{ containerPort: 80, hostPort: 18080 }] }),
        ],
      }),
    );
    const rival = await untilRow(agent, "rival-edge-1", "0/1 NodePorts");
    assert.equal(rival.status?.phase, "Failed");
  });
  await agent.stop();
});
