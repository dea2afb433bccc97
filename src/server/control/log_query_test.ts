/** A log request as a URL's query, there and back. */
import { deepEqual } from "node:assert/strict";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";
import { logQuery, parseLogQuery } from "./log_query.ts";

const plain: PodLogRequest = {
  namespace: "default",
  name: "web",
  follow: false,
  previous: false,
  timestamps: false,
};

const requests: Readonly<Record<string, PodLogRequest>> = {
  plain,
  "no lines": { ...plain, tailLines: 0 },
  everything: {
    ...plain,
    container: "main",
    follow: true,
    previous: true,
    timestamps: true,
    tailLines: 10,
    since: Date.UTC(2026, 0, 1, 0, 0, 0, 5),
    limitBytes: 1,
  },
  "odd characters": { ...plain, name: "a&b=c d/ü" },
};

for (const [name, request] of Object.entries(requests)) {
  Deno.test(`a log request survives the way: ${name}`, () => {
    deepEqual(parseLogQuery(new URLSearchParams(logQuery(request).toString())), request);
  });
}
