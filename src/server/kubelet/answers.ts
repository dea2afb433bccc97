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

export function jsonAnswer(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });
}

/** A v1 PodList, with the line's end that Go's encoder puts behind it. */
export function podListAnswer(pods: readonly unknown[]): Response {
  const items = pods.length === 0 ? null : pods;
  const list = { kind: "PodList", apiVersion: "v1", metadata: {}, items };
  return new Response(`${JSON.stringify(list)}\n`, {
    headers: { "content-type": "application/json" },
  });
}
