/** What /configz and /flagz show of the configuration. */
import assert from "node:assert/strict";
import { configurationOf, kubeletDocument } from "../../../tests/fakes/configuration_files.ts";
import { configz, flagz } from "./shown_configuration.ts";

Deno.test("the configuration in use is shown as the kubelet shows its own", async () => {
  const file = kubeletDocument(
    "syncFrequency: 90s",
    "evictionHard: {memory.available: 5%}",
    "staticPodURLHeader: {Authorization: [Bearer sesame]}",
    "maxPods: 7",
  );
  const { effective } = await configurationOf({ files: { "/etc/skerry/config.yaml": file } });
  const shown = configz(effective);
  assert.equal(shown["kind"], "KubeletConfiguration");
  assert.equal(shown["apiVersion"], "kubelet.config.k8s.io/v1beta1");
  assert.equal(shown["syncFrequency"], "1m30s");
  assert.equal(shown["runtimeRequestTimeout"], "2m0s");
  assert.equal(shown["maxPods"], 7);
  assert.deepEqual(shown["evictionHard"], { "memory.available": "5%" });
  assert.deepEqual(shown["staticPodURLHeader"], { Authorization: ["<masked>"] });
});

Deno.test("flags show what is in use, given or not", async () => {
  const { effective } = await configurationOf({ flags: { clusterDns: ["10.0.0.10"], v: "4" } });
  const flags = flagz(effective);
  assert.equal(flags["cluster-dns"], "[10.0.0.10]");
  assert.equal(flags["v"], "4");
  assert.equal(flags["max-pods"], "110");
  assert.equal(flags["root-dir"], "/var/lib/skerry");
  assert.ok(!("config" in flags), "it has no field");
});
