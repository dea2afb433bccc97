/** Tells who asks for a folder without the slash at its end where it is, as Go's ServeMux does. */
import type { Hono } from "hono";

export function withSlash(app: Hono, path: string): void {
  app.all(path, (c) => {
    const { search } = new URL(c.req.url);
    return new Response(null, { status: 307, headers: { location: `${path}/${search}` } });
  });
}
