/** The configuration as a running agent takes it: a file of both kinds, a drop-in over it, flags over both. */
import assert from "node:assert/strict";
import { kubeletDocument, skerryDocument } from "../fakes/configuration_files.ts";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { logOf, until, untilRow } from "./expect.ts";
import { oncePod } from "./manifest.ts";

/** A line of the log, as `--logging-format=json` writes it. */
interface LogRecord {
  readonly ts: number;
  readonly level: string;
  readonly msg: string;
  readonly v: number;
}

Deno.test("configuration", async (t) => {
  await using lab = await startLab();
  const dir = lab.workDir;
  const resolvers = {
    file: "nameserver 192.0.2.1\n",
    dropin: "nameserver 192.0.2.2\n",
    flag: "nameserver 192.0.2.3\nsearch flag.test\noptions ndots:3\n",
  };
  for (const [name, text] of Object.entries(resolvers)) {
    await Deno.writeTextFile(`${dir}/${name}.resolv`, text);
  }
  const agent = await labAgent(lab, {
    kubelet: {
      resolvConf: `${dir}/file.resolv`,
      clusterDNS: ["192.0.2.53"],
      clusterDomain: "file.test",
      oomScoreAdj: -500,
    },
    skerry: { imagesDir: `${dir}/file-images` },
    flags: [
      `--config-dir=${dir}/conf.d`,
      `--resolv-conf=${dir}/flag.resolv`,
      "--logging-format=json",
    ],
  });
  await Deno.mkdir(`${dir}/conf.d`);
  await Deno.mkdir(`${dir}/dropin-images`);
  await Deno.writeTextFile(`${dir}/dropin-images/broken.tar`, "this is no archive");
  await Deno.writeTextFile(
    `${dir}/conf.d/10-site.conf`,
    kubeletDocument(
      `resolvConf: ${dir}/dropin.resolv`,
      "clusterDomain: dropin.test",
      "registryBurst: 50",
      "logging: {format: text, verbosity: 4}",
    ) + "---\n" + skerryDocument(`imagesDir: ${dir}/dropin-images`),
  );
  await agent.start();
  /** The lines of a pod's resolver configuration, in the order of the alphabet. */
  const resolverOf = async (dnsPolicy: string): Promise<readonly string[]> => {
    const name = dnsPolicy.toLowerCase();
    await agent.apply(`${name}.yaml`, oncePod(name, "cat /etc/resolv.conf", { dnsPolicy }));
    await untilRow(agent, `${name}-edge-1`, "0/1 Completed");
    return (await logOf(agent, `${name}-edge-1`)).trim().split("\n").toSorted();
  };
  /** Throws where a line is no JSON. */
  const records = async (): Promise<readonly LogRecord[]> =>
    (await Deno.readTextFile(agent.logPath)).trimEnd().split("\n").map((line) => JSON.parse(line));

  await t.step("a flag overrides a drop-in and the file", async () => {
    assert.deepEqual(await resolverOf("Default"), [
      "nameserver 192.0.2.3",
      "options ndots:3",
      "search flag.test",
    ]);
  });

  await t.step("a drop-in overrides the file, and leaves what it does not name", async () => {
    assert.deepEqual(await resolverOf("ClusterFirst"), [
      "nameserver 192.0.2.53",
      "options ndots:5",
      "search default.svc.dropin.test svc.dropin.test dropin.test flag.test",
    ]);
    assert.ok((await records()).some(({ v }) => v === 4));
  });

  await t.step("the second kind is taken from the file and from the drop-in", async () => {
    assert.ok((await Deno.stat(`${agent.rootDir}/pods`)).isDirectory);
    await until(
      "the images of the drop-in's folder are tried",
      async () => (await records()).some(({ msg }) => msg === "Could not import an image archive"),
    );
  });

  await t.step("every line of the log is a JSON object", async () => {
    const all = await records();
    assert.ok(all.length > 5);
    for (const { ts, level, msg } of all) {
      assert.deepEqual([typeof ts, typeof level, typeof msg], ["number", "string", "string"]);
    }
  });

  await t.step(
    "one warning names all fields that are not acted on, with their places",
    async () => {
      const warnings = (await records()).map(({ msg }) => msg)
        .filter((msg) => msg.includes("not acted on"));
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? "",
        /^Fields .* yet: oomScoreAdj \(\S+\/config\.yaml:\d+\), registryBurst \(\S+\/10-site\.conf:5\)$/,
      );
    },
  );
  await agent.stop();
});
