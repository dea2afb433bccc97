/** Answers in the forms in which the kubelet gives them. */

const plain = "text/plain; charset=utf-8";

/** go-restful's WriteErrorString. */
export function textAnswer(
  { status, text }: { readonly status: number; readonly text: string },
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text, { status, headers: { ...headers, "content-type": plain } });
}

/** http.Error: one line, and no guessing of its type. */
export function httpError(
  { status, text }: { readonly status: number; readonly text: string },
  headers: Readonly<Record<string, string>> = {},
): Response {
  return textAnswer(
    { status, text: `${text}\n` },
    { ...headers, "x-content-type-options": "nosniff" },
  );
}

export function methodNotAllowed(): Response {
  return textAnswer({ status: 405, text: "Method Not Allowed" }, { allow: "GET" });
}

export function jsonAnswer(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });
}
