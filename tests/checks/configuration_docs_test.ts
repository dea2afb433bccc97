/** docs/configuration.md says what the code does. */
import assert from "node:assert/strict";
import { configurationPage, withTables } from "../../docs/configuration_tables.ts";
import { parseLocatedYaml } from "../../src/core/located_yaml.ts";
import { loadConfiguration } from "../../src/cli/config/load.ts";
import { ExitCode } from "../../src/cli/exit_codes.ts";

const page = await Deno.readTextFile(configurationPage);

Deno.test("the tables are current; `deno task docs` makes them so", () => {
  assert.equal(page, withTables(page));
});

Deno.test("every exit code is listed", () => {
  const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.deepEqual(codes, Object.values(ExitCode));
});

Deno.test("the example is a configuration", async () => {
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";
  assert.ok(parseLocatedYaml(example).ok);
  const configuration = await loadConfiguration({
    flags: {},
    hostname: "pi",
    cwd: "/",
    files: {
      readFile: () => Promise.resolve(new TextEncoder().encode(example)),
      readDir: () => Promise.resolve(null),
    },
  });
  assert.equal(configuration.staticPodPath, "/etc/skerry/manifests");
  assert.deepEqual(configuration.warnings, []);
});

Deno.test("the configuration that install.sh lays down is one, without a warning", async () => {
  const config = new URL("../../deploy/config.yaml", import.meta.url).pathname;
  const { warnings } = await loadConfiguration({ flags: { config }, hostname: "pi", cwd: "/" });
  assert.deepEqual(warnings, []);
});
