/** The kubelet's API as a Hono app, past the gate: it only translates between HTTP and the functions it is given. */
import { type Context, Hono } from "hono";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Profiler } from "../../ports/profiler.ts";
import type { SystemLogs } from "../../ports/system_logs.ts";
import type { Verbosity } from "../../ports/verbosity.ts";
import { httpError, textAnswer } from "./answers.ts";
import { debuggingRoutes, noDebuggingRoutes } from "./debugging_routes.ts";
import { healthRoutes, type HealthRoutesDeps } from "./health.ts";
import type { KubeletFunctions } from "./kubelet_functions.ts";
import { readingRoutes } from "./reading_routes.ts";
import type { StreamHandler } from "./stream_handler.ts";
import type { ProgramFacts } from "./zpages.ts";

export interface KubeletAppDeps extends HealthRoutesDeps {
  readonly functions: KubeletFunctions;
  /** Null with `enableDebuggingHandlers: false`, and on the read-only port: then what needs them says so. */
  readonly debugging: DebuggingDeps | null;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** For all that shows or does more than monitoring needs. */
export interface DebuggingDeps {
  /** Null with `enableSystemLogHandler: false`. */
  readonly systemLogs: SystemLogs | null;
  readonly streams: Pick<StreamHandler, "withoutUpgrade">;
  readonly program: ProgramFacts;
  /** Null without `enableProfilingHandler`. */
  readonly profiler: Profiler | null;
  /** Null without `enableDebugFlagsHandler`. */
  readonly verbosity: Verbosity | null;
}

/** @see pkg/kubelet/server/server.go */
export function kubeletApp(deps: KubeletAppDeps): Hono {
  const { functions, debugging, log } = deps;
  const app = answering(log);
  healthRoutes(app, deps);
  readingRoutes(app, functions);
  if (debugging === null) noDebuggingRoutes(app);
  else debuggingRoutes(app, { ...deps, ...debugging });
  return app;
}

/** The health checks alone. */
export function healthApp(
  { log, ...deps }: HealthRoutesDeps & Pick<KubeletAppDeps, "log">,
): Hono {
  const app = answering(log);
  healthRoutes(app, deps);
  return app;
}

function answering(log: Log): Hono {
  const app = new Hono({ strict: true });
  app.notFound(() => httpError({ status: 404, text: "404 page not found" }));
  app.onError((error: Error, c: Context) => {
    log.warn("Request to the kubelet API failed", { path: c.req.path, err: error });
    return textAnswer({ status: 500, text: messageOf(error) });
  });
  return app;
}
