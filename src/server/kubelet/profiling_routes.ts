/** `/debug/pprof/`: what V8 can tell of the program, in the places where Go's tools look for it. @see https://pkg.go.dev/net/http/pprof */
import type { Context, Hono } from "hono";
import { second } from "../../core/instant.ts";
import { Conflict, messageOf } from "../../ports/errors.ts";
import type { ProfileKind, Profiler } from "../../ports/profiler.ts";
import { httpError, jsonAnswer, textAnswer } from "./answers.ts";
import { onlyFor } from "./methods.ts";

const root = "/debug/pprof/";

const index = `${root}

heap                 JSON: sizes of the process and of V8's heap
profile?seconds=30   where the time goes, for Chrome's DevTools (.cpuprofile)
allocs?seconds=30    which code allocates, for Chrome's DevTools (.heapprofile)
`;

const defaultSeconds = 30;
/** A profile grows with its time, and is kept in memory until it ends. */
const mostSeconds = 300;

/** Of what Go has and V8 has not, or must not show. */
const missing: Readonly<Record<string, string>> = {
  cmdline: "the command line is not told; /flagz shows the flags",
  symbol: "profiles of V8 name their functions",
  trace: "V8 has no execution trace",
  block: "there are no threads that block each other; see profile",
  mutex: "there are no locks; see profile",
  goroutine: "there are no goroutines; see profile",
  threadcreate: "the program makes no threads of its own",
  heapsnapshot: "a snapshot would show keys and tokens that lie in memory; see heap and allocs",
};

/** Null: switched off. */
export function profilingRoutes(app: Hono, profiler: Profiler | null): void {
  if (profiler === null) {
    app.all(
      `${root}*`,
      () => httpError({ status: 405, text: "profiling endpoint is disabled." }),
    );
    return;
  }
  app.all(root, onlyFor(["GET"], () => textAnswer({ status: 200, text: index })));
  app.all(`${root}heap`, onlyFor(["GET"], () => memory(profiler)));
  app.all(`${root}profile`, onlyFor(["GET"], (c) => profile("cpu", { c, profiler })));
  app.all(`${root}allocs`, onlyFor(["GET"], (c) => profile("allocations", { c, profiler })));
  app.all(`${root}:name`, onlyFor(["GET"], (c) => notToBeHad(c.req.param("name") ?? "")));
}

async function memory(profiler: Profiler): Promise<Response> {
  try {
    return jsonAnswer(await profiler.memory());
  } catch (error) {
    return failed(error);
  }
}

async function profile(
  kind: ProfileKind,
  { c, profiler }: { readonly c: Context; readonly profiler: Profiler },
): Promise<Response> {
  const seconds = secondsOf(c.req.query("seconds"));
  if (seconds > mostSeconds) {
    return httpError({ status: 400, text: `a profile takes ${mostSeconds} seconds at most` });
  }
  const { signal } = c.req.raw;
  try {
    const json = await profiler.profile(kind, { ms: seconds * second, signal });
    const name = kind === "cpu" ? "skerry.cpuprofile" : "skerry.heapprofile";
    return new Response(json, {
      headers: {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="${name}"`,
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    return failed(error);
  }
}

/** As in Go: what is no number of seconds is the usual time. */
function secondsOf(text: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(text ?? "") ? Number(text) : 0;
  return seconds > 0 ? seconds : defaultSeconds;
}

/** A runtime without an inspector does not become one by asking again. */
function failed(error: unknown): Response {
  if (error instanceof Conflict) return httpError({ status: 500, text: messageOf(error) });
  return httpError({ status: 501, text: `this cannot be had here: ${messageOf(error)}` });
}

function notToBeHad(name: string): Response {
  const reason = Object.hasOwn(missing, name) ? missing[name] : undefined;
  if (reason !== undefined) return httpError({ status: 501, text: reason });
  return httpError({ status: 404, text: "Unknown profile" });
}
