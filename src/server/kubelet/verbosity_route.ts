/** `/debug/flags/v`: sets how much the log says, with the kubelet's answers. @see StringFlagPutHandler in apiserver/pkg/server/routes/flags.go */
import type { Context, Hono } from "hono";
import type { Verbosity } from "../../ports/verbosity.ts";
import { httpError } from "./answers.ts";

const path = "/debug/flags/v";

/** Null: switched off. */
export function verbosityRoute(app: Hono, verbosity: Verbosity | null): void {
  if (verbosity === null) {
    app.all(path, () => httpError({ status: 405, text: "flags endpoint is disabled." }));
  } else {
    app.all(path, (c) => change(c, verbosity));
  }
}

async function change(c: Context, verbosity: Verbosity): Promise<Response> {
  if (c.req.method !== "PUT") return plain({ status: 406, text: "unsupported http method" });
  const text = await c.req.text();
  const problem = problemOf(text);
  if (problem !== null) return plain({ status: 400, text: problem });
  verbosity.change(Number(text));
  return plain({ status: 200, text: `successfully set klog.logging.verbosity to ${text}` });
}

/** In the words of Go's strconv, which reads it first as a number without and then as one with a sign. */
function problemOf(text: string): string | null {
  const shown = JSON.stringify(text);
  if (!/^\d+$/.test(text)) return `strconv.ParseUint: parsing ${shown}: invalid syntax`;
  if (Number(text) >= 2 ** 32) return `strconv.ParseUint: parsing ${shown}: value out of range`;
  if (Number(text) < 2 ** 31) return null;
  return `failed set klog.logging.verbosity ${text}: ` +
    `strconv.ParseInt: parsing ${shown}: value out of range`;
}

function plain({ status, text }: { readonly status: number; readonly text: string }): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain", "x-content-type-options": "nosniff" },
  });
}
