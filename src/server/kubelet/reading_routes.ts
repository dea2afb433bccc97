/** What monitoring reads: pods, statistics and metrics. */
import type { Context, Hono } from "hono";
import { expositionType } from "../../core/metrics/exposition.ts";
import { messageOf } from "../../ports/errors.ts";
import { jsonAnswer, podListAnswer, textAnswer } from "./answers.ts";
import type { KubeletFunctions } from "./kubelet_functions.ts";
import { onlyFor } from "./methods.ts";
import { withSlash } from "./with_slash.ts";

export function readingRoutes(app: Hono, functions: KubeletFunctions): void {
  const { metrics } = functions;
  for (const path of ["/pods", "/pods/"]) {
    app.all(path, onlyFor(["GET"], () => podListAnswer(functions.pods())));
  }
  withSlash(app, "/stats");
  for (const path of ["/stats/summary", "/stats/summary/"]) {
    app.all(path, onlyFor(["GET", "POST"], (c) => summary(c, functions)));
  }
  app.all("/metrics", async () => exposition(await metrics.agent()));
  app.all("/metrics/slis", async () => exposition(await metrics.slis()));
  app.all("/metrics/resource", async () => exposition(await metrics.resource()));
  app.all("/metrics/cadvisor", async () => exposition(await metrics.cadvisor()));
  app.all("/metrics/probes", async () => exposition(await metrics.probes()));
}

async function summary(c: Context, functions: KubeletFunctions): Promise<Response> {
  const asked = c.req.queries("only_cpu_and_memory") ?? [];
  const onlyCpuAndMemory = asked.length === 1 && asked[0] === "true";
  try {
    return jsonAnswer(await functions.summary({ onlyCpuAndMemory }));
  } catch (error) {
    return textAnswer({ status: 500, text: `Internal Error: ${messageOf(error)}` });
  }
}

function exposition(text: string): Response {
  return new Response(text, { headers: { "content-type": expositionType } });
}
