/** The flags of `skerry run` as a command line gives them. */
import assert from "node:assert/strict";
import { Command } from "commander";
import { kubeletSchema } from "./config/kubelet_schema.ts";
import { RUN_FLAGS, type RunFlag } from "./config/flags.ts";
import { skerrySchema } from "./config/skerry_schema.ts";
import { attributeName } from "./config/source.ts";
import { addRunFlags, type RunFlags } from "./run_flags.ts";

function parse(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunFlags {
  const command = addRunFlags(new Command("run"), { env }).exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts<RunFlags>();
}

const CASES: readonly (readonly [args: readonly string[], flags: RunFlags])[] = [
  [[], {}],
  [["--config=/c.yaml", "--config-dir", "/d"], { config: "/c.yaml", configDir: "/d" }],
  [["--v=4"], { v: "4" }],
  [["-v", "4"], { v: "4" }],
  [["-v=4"], { v: "4" }],
  [["-v4"], { v: "4" }],
  [["--v=4", "--v=2"], { v: "2" }],
  [["--fail-swap-on"], { failSwapOn: true }],
  [["--fail-swap-on=false", "--cgroups-per-qos=true"], {
    failSwapOn: "false",
    cgroupsPerQos: "true",
  }],
  [["--cluster-dns=10.0.0.1,10.0.0.2", "--cluster-dns=10.0.0.3"], {
    clusterDns: ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
  }],
  [["--node-labels=a=b,c=d", "--node-labels=e="], { nodeLabels: ["a=b", "c=d", "e="] }],
  [["--eviction-hard=memory.available<1Gi"], { evictionHard: ["memory.available<1Gi"] }],
  [["--register-node=false"], { registerNode: "false" }],
  [["--pod-max-pids", "-1"], { podMaxPids: "-1" }],
  [["--resolv-conf="], { resolvConf: "" }],
];

for (const [args, flags] of CASES) {
  Deno.test(`skerry run ${args.join(" ")}`, () => {
    assert.deepEqual(parse(args), flags);
  });
}

Deno.test("the environment names the socket where no flag does", () => {
  const env = { SKERRY_SOCKET: "/env.sock" };
  assert.deepEqual(parse([], env), { socket: "/env.sock" });
  assert.deepEqual(parse(["--socket=/flag.sock"], env), { socket: "/flag.sock" });
});

Deno.test("a flag that is not there is an error with a suggestion", () => {
  assert.throws(() => parse(["--sync-frequncy", "5s"]), /unknown option.*\n.*--sync-frequency/);
});

Deno.test("every flag goes by commander's name for it, and sets a field that there is", () => {
  const schemas = { KubeletConfiguration: kubeletSchema, SkerryConfiguration: skerrySchema };
  for (const flag of RUN_FLAGS.map((each): RunFlag => each)) {
    const option = addRunFlags(new Command(), { env: {} }).options
      .find(({ long }) => long === `--${flag.name}`);
    assert.equal(option?.attributeName(), attributeName(flag.name));
    if (flag.field === undefined) continue;
    const [name = ""] = flag.field.path;
    assert.ok(name in schemas[flag.field.kind].entries, name);
  }
});
