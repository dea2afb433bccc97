/** Which methods a route takes. */
import type { Context } from "hono";
import { textAnswer } from "./answers.ts";

export type Handler = (c: Context) => Response | Promise<Response>;

/** Others are told so as go-restful tells it; HEAD is another. */
export function onlyFor(methods: readonly string[], handle: Handler): Handler {
  return (c) => {
    if (methods.includes(c.req.method)) return handle(c);
    return textAnswer(
      { status: 405, text: "405: Method Not Allowed" },
      { allow: methods.join(", ") },
    );
  };
}
