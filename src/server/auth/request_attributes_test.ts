/** The subresources that the kubelet asks for, in its order. @see pkg/kubelet/server/auth_test.go */
import assert from "node:assert/strict";
import { requestAttributes } from "./request_attributes.ts";
import { anonymous } from "./user.ts";

function asked(method: string, path: string): readonly string[] {
  return requestAttributes(anonymous, { method, path })
    .map(({ verb, subresource }) => `${verb} ${subresource}`);
}

const paths: Readonly<Record<string, string>> = {
  "/pods": "pods proxy",
  "/pods/": "pods proxy",
  "/podsx": "proxy",
  "/allocatedPods": "pods proxy",
  "/allocatedPods/default/web": "pods proxy",
  "/runningpods": "pods proxy",
  "/runningpods/": "pods proxy",
  "/runningPods": "proxy",
  "/healthz": "healthz proxy",
  "/healthz/log": "healthz proxy",
  "/healthzlog": "proxy",
  "/configz": "configz proxy",
  "/stats": "stats",
  "/stats/summary": "stats",
  "/statsx": "proxy",
  "/metrics": "metrics",
  "/metrics/cadvisor": "metrics",
  "/metrics/resource": "metrics",
  "/metrics/probes": "metrics",
  "/logs": "log",
  "/logs/syslog": "log",
  "/checkpoint/default/web/main": "checkpoint",
  "/statusz": "statusz",
  "/flagz": "configz",
  "/": "proxy",
  "/containerLogs/default/web/main": "proxy",
  "/exec/default/web/main": "proxy",
  "/attach/default/web/main": "proxy",
  "/portForward/default/web": "proxy",
  "/run/default/web/main": "proxy",
  "/debug/pprof/heap": "proxy",
  "/nothing": "proxy",
};
for (const [path, subresources] of Object.entries(paths)) {
  Deno.test(`${path} is asked for as ${subresources}`, () => {
    assert.deepEqual(asked("GET", path), subresources.split(" ").map((each) => `get ${each}`));
  });
}

const verbs = { GET: "get", POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
for (const [method, verb] of Object.entries({ ...verbs, HEAD: "", OPTIONS: "", get: "" })) {
  Deno.test(`the method ${method} is asked for as "${verb}"`, () => {
    assert.deepEqual(asked(method, "/stats"), [`${verb} stats`]);
  });
}
