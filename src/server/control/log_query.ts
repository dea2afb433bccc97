/** A log request as the query of a URL, in the kubelet's words, and back. */
import { Invalid } from "../../ports/errors.ts";
import type { PodLogRequest } from "../../core/log/pod_log_request.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function logQuery(request: PodLogRequest): URLSearchParams {
  const { since, ...same } = request;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(same)) {
    if (value !== undefined) query.set(name, String(value));
  }
  if (since !== undefined) query.set("sinceTime", new Date(since).toISOString());
  return query;
}

/** Throws Invalid naming the parameter. */
export function parseLogQuery(query: URLSearchParams): PodLogRequest {
  const container = query.get("container");
  const tailLines = count(query, "tailLines");
  const limitBytes = count(query, "limitBytes");
  const since = time(query, "sinceTime");
  return {
    namespace: required(query, "namespace"),
    name: required(query, "name"),
    ...(container === null ? {} : { container }),
    follow: flag(query, "follow"),
    previous: flag(query, "previous"),
    timestamps: flag(query, "timestamps"),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name) ?? "";
  if (value === "") throw new Invalid(`${name} is missing`);
  return value;
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? "false";
  if (value !== "true" && value !== "false") throw new Invalid(`${name} is true or false`);
  return value === "true";
}

function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new Invalid(`${name} is a whole number, not "${value}"`);
  }
  return number;
}

function time(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new Invalid(`${name} is a time in RFC 3339, not "${value}"`);
  return at;
}
