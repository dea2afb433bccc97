/** YAML output that other readers of YAML understand the same way. */
import { deepEqual, equal } from "node:assert/strict";
import { parseLocatedYaml } from "../core/located_yaml.ts";
import { yamlText } from "./output_option.ts";

Deno.test("texts that look like something else stay texts for readers of YAML 1.1", async () => {
  const texts = ["yes", "on", "y", "0o17", "012", "1_000", "22:22", "2026-11-24T08:24:55Z", "~"];
  const value = { texts: [...texts, "a\nb", ""], numbers: [1, 1.5], no: false, nothing: null };
  const yaml = await yamlText(value);
  for (const text of texts) equal(yaml.includes(`- "${text}"`), true, text);
  const read = parseLocatedYaml(yaml);
  deepEqual(read.ok && read.value[0]?.value, value);
});
