/** What `enableDebuggingHandlers` allows: logs, commands and streams, the configuration, the program itself. */
import type { Context, Hono } from "hono";
import { messageOf, NotFound } from "../../ports/errors.ts";
import { httpError, podListAnswer, textAnswer } from "./answers.ts";
import { containerLogs } from "./container_logs.ts";
import type { HealthRoutesDeps } from "./health.ts";
import type { DebuggingDeps, KubeletAppDeps } from "./kubelet_app.ts";
import type { ContainerRef } from "./kubelet_functions.ts";
import { onlyFor } from "./methods.ts";
import { profilingRoutes } from "./profiling_routes.ts";
import { systemLog } from "./system_logs.ts";
import { verbosityRoute } from "./verbosity_route.ts";
import { withSlash } from "./with_slash.ts";
import { flagz, notAcceptable, statusz, takesText } from "./zpages.ts";

type Deps = Omit<KubeletAppDeps, "debugging" | keyof HealthRoutesDeps> & DebuggingDeps;

export function debuggingRoutes(app: Hono, deps: Deps): void {
  const { functions } = deps;
  app.all(
    "/containerLogs/:namespace/:pod/:container",
    onlyFor(["GET"], (c) => {
      const { signal } = c.req.raw;
      return containerLogs({ target: targetOf(c), query: queryOf(c), signal }, deps);
    }),
  );
  withSlash(app, "/runningpods");
  app.all(
    "/runningpods/",
    onlyFor(["GET"], async () => podListAnswer(await functions.runningPods())),
  );
  app.all("/configz", () => configuration(functions.configz()));
  for (const path of ["/run/:namespace/:pod/:container", "/run/:namespace/:pod/:uid/:container"]) {
    app.all(path, onlyFor(["POST"], (c) => run(c, deps)));
  }
  streamRoutes(app, deps);
  systemLogRoutes(app, deps);
  programRoutes(app, deps);
}

/** The kubelet's words for what is switched off with `enableDebuggingHandlers: false`; the rest it does not know at all. */
export function noDebuggingRoutes(app: Hono): void {
  const disabled = () => httpError({ status: 405, text: "Debug endpoints are disabled." });
  for (
    const root of [
      "run",
      "exec",
      "attach",
      "portForward",
      "containerLogs",
      "runningpods",
      "debug/pprof",
      "logs",
    ]
  ) {
    app.all(`/${root}/*`, disabled);
  }
}

function targetOf(c: Context): ContainerRef {
  const { namespace = "", pod = "", uid, container = "" } = c.req.param();
  return { namespace, pod, container, ...(uid !== undefined && { uid }) };
}

function pathOf(c: Context): string {
  return decodeURIComponent(new URL(c.req.url).pathname);
}

function queryOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function configuration(kubeletconfig: unknown): Response {
  return Response.json({ kubeletconfig }, { headers: { "x-content-type-options": "nosniff" } });
}

/** What the command wrote is sent as it is, whatever its type says. */
async function run(c: Context, { functions }: Deps): Promise<Response> {
  const command = (c.req.query("cmd") ?? "").split(" ");
  try {
    const output = await functions.run(targetOf(c), command, c.req.raw.signal);
    return new Response(output.slice(), { headers: { "content-type": "application/json" } });
  } catch (error) {
    const status = error instanceof NotFound ? 404 : 500;
    return textAnswer({ status, text: messageOf(error) });
  }
}

/** Requests that would have to be upgraded, but do not ask for it. */
function streamRoutes(app: Hono, { streams }: Deps): void {
  for (const root of ["exec", "attach", "portForward"]) {
    app.all(
      `/${root}/*`,
      onlyFor(["GET", "POST"], async (c) => {
        const path = pathOf(c);
        const { status, text, headers } = await streams.withoutUpgrade({ path, query: queryOf(c) });
        return textAnswer({ status, text }, headers);
      }),
    );
  }
}

function systemLogRoutes(app: Hono, { systemLogs: logs, log }: Deps): void {
  withSlash(app, "/logs");
  if (logs === null) {
    app.all("/logs/*", () => httpError({ status: 405, text: "logs endpoint is disabled." }));
    return;
  }
  app.all(
    "/logs/*",
    onlyFor(["GET"], (c) => {
      const { search } = new URL(c.req.url);
      const path = pathOf(c).slice("/logs/".length);
      const { headers, signal } = c.req.raw;
      return systemLog({ path, search, headers, signal }, { logs, log });
    }),
  );
}

function programRoutes(app: Hono, { program, clock, profiler, verbosity }: Deps): void {
  profilingRoutes(app, profiler);
  verbosityRoute(app, verbosity);
  const asText = (answer: () => Response) => (c: Context) =>
    takesText(c.req.header("accept") ?? null) ? answer() : notAcceptable();
  app.all("/statusz", asText(() => statusz(program, { now: clock.now(), paths: rootPaths(app) })));
  app.all("/flagz", asText(() => flagz(program)));
}

/** The first part of each route's path, once. */
function rootPaths(app: Hono): readonly string[] {
  const roots = app.routes.map(({ path }) => `/${path.split("/")[1] ?? ""}`);
  return [...new Set(roots)].filter((root) => root !== "/" && root !== "/*").sort();
}
