/** What a bridge shows over HTTP: whether it lives, whether it can work, and its metrics. */
import { Hono } from "hono";
import type { Bridge } from "../../bridge/bridge.ts";
import { exposition, expositionType } from "../../core/metrics/exposition.ts";
import type { Registry } from "../../core/metrics/registry.ts";
import { textAnswer } from "../../server/kubelet/answers.ts";

export function bridgePages(
  { bridge, registry }: { readonly bridge: Pick<Bridge, "problem">; readonly registry: Registry },
): Hono {
  const app = new Hono();
  app.get("/healthz", () => textAnswer({ status: 200, text: "ok" }));
  app.get("/readyz", () => {
    const problem = bridge.problem();
    return textAnswer(
      problem === null ? { status: 200, text: "ok" } : { status: 503, text: problem },
    );
  });
  app.get(
    "/metrics",
    (c) => c.body(exposition(registry.families()), 200, { "content-type": expositionType }),
  );
  return app;
}
