/** What of a container's spec its annotations keep. */
import assert from "node:assert/strict";
import { containerRecord } from "../../../tests/fakes/container_record.ts";
import type { Container } from "../k8s.ts";
import { annotation } from "./labels.ts";
import { restoredContainer } from "./restored_container.ts";

const { containerPorts, preStopHandler } = annotation;
const hook = { httpGet: { path: "/bye", port: "web", scheme: "HTTP" } };
const ports = [{ name: "web", containerPort: 8080, protocol: "TCP" }];

const rows: readonly (readonly [string, Readonly<Record<string, string>>, Container])[] = [
  ["nothing", {}, { name: "main" }],
  ["a hook and ports", {
    [containerPorts]: JSON.stringify(ports),
    [preStopHandler]: JSON.stringify(hook),
  }, { name: "main", ports, lifecycle: { preStop: hook } }],
  ["no JSON", { [preStopHandler]: "{" }, { name: "main" }],
  ["no hook", { [preStopHandler]: '{"exec":"rm"}', [containerPorts]: "7" }, { name: "main" }],
];

for (const [what, annotations, container] of rows) {
  Deno.test(`annotations with ${what} restore so much of a container`, () => {
    assert.deepEqual(restoredContainer(containerRecord({ annotations })), container);
  });
}
