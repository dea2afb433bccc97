/** The kubelet's API as a Hono app, past the gate: it only translates between HTTP and the functions it is given. */
import { Hono } from "hono";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { httpError, jsonAnswer, methodNotAllowed, textAnswer } from "./answers.ts";
import type { HealthCheck } from "./health.ts";
import { healthRoutes } from "./health.ts";
import type { KubeletFunctions } from "./kubelet_functions.ts";

export interface KubeletAppDeps {
  readonly functions: KubeletFunctions;
  readonly checks: readonly HealthCheck[];
  readonly log: Log;
}

/** @see pkg/kubelet/server/server.go */
export function kubeletApp({ functions, checks, log }: KubeletAppDeps): Hono {
  const app = new Hono({ strict: true });
  healthRoutes(app, checks);
  app.get("/pods", () => jsonAnswer(podList(functions.pods())));
  app.all("/pods", () => methodNotAllowed());
  app.get(
    "/stats/summary",
    async (c) =>
      jsonAnswer(
        await functions.summary({
          onlyCpuAndMemory: c.req.query("only_cpu_and_memory") === "true",
        }),
      ),
  );
  app.get(
    "/metrics/resource",
    async () => textAnswer({ status: 200, text: await functions.metrics.resource() }),
  );
  app.get(
    "/metrics/cadvisor",
    async () => textAnswer({ status: 200, text: await functions.metrics.cadvisor() }),
  );
  app.notFound(() => httpError({ status: 404, text: "404 page not found" }));
  app.onError((error, c) => {
    log.warn("Request to the kubelet API failed", { request: c.req.path, err: error });
    return textAnswer({ status: 500, text: messageOf(error) });
  });
  return app;
}

function podList(items: readonly unknown[]): unknown {
  return { kind: "PodList", apiVersion: "v1", metadata: {}, items };
}
