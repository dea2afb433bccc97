/** The query of a request for a container's log, read as the kubelet reads it. */
import type { Instant } from "../../core/instant.ts";
import { second } from "../../core/instant.ts";
import type { LogReadOptions } from "../../core/log/read_options.ts";

/** Which run of a container, and what of its log. */
export interface ContainerLogOptions extends LogReadOptions {
  readonly previous: boolean;
}

export type ParsedLogQuery =
  | { readonly kind: "Options"; readonly options: ContainerLogOptions }
  /** Values that are none of their type. */
  | { readonly kind: "Undecodable" }
  /** Values that contradict each other, or make no sense. */
  | { readonly kind: "Invalid" };

/** Numbers and times as Go reads them; undefined: not given; null: not to be read. */
type Read<T> = T | undefined | null;

/** @see PodLogOptions, ValidatePodLogOptions */
export function parseContainerLogQuery(query: URLSearchParams, now: Instant): ParsedLogQuery {
  const tailLines = int64(tailText(query));
  const limitBytes = int64(query.get("limitBytes"));
  const sinceSeconds = int64(query.get("sinceSeconds"));
  const sinceTime = time(query.get("sinceTime"));
  if (tailLines === null || limitBytes === null || sinceSeconds === null || sinceTime === null) {
    return { kind: "Undecodable" };
  }
  const stream = query.get("stream") ?? "All";
  const makesSense = (tailLines ?? 0) >= 0 && (limitBytes ?? 1) >= 1 && (sinceSeconds ?? 1) >= 1 &&
    (sinceSeconds === undefined || sinceTime === undefined) && isStream(stream) &&
    (stream === "All" || tailLines === undefined);
  if (!makesSense) return { kind: "Invalid" };
  const since = sinceSeconds === undefined ? sinceTime : now - sinceSeconds * second;
  return {
    kind: "Options",
    options: {
      follow: flag(query.get("follow")),
      previous: flag(query.get("previous")),
      timestamps: flag(query.get("timestamps")),
      ...(tailLines !== undefined && { tailLines }),
      ...(limitBytes !== undefined && { limitBytes }),
      ...(since !== undefined && { since }),
      ...(stream !== "All" && { stream: stream === "Stdout" ? "stdout" : "stderr" }),
    },
  };
}

/** An older name goes before the newer one; `all` takes it away. */
function tailText(query: URLSearchParams): string | null {
  const tail = query.get("tail") ?? "";
  if (tail === "all") return null;
  return tail === "" ? query.get("tailLines") : tail;
}

function isStream(text: string): boolean {
  return ["All", "Stdout", "Stderr"].includes(text);
}

/** A flag that is there without a value is set. */
function flag(text: string | null): boolean {
  return text !== null && text !== "0" && text.toLowerCase() !== "false";
}

function int64(text: string | null): Read<number> {
  if (text === null) return undefined;
  if (!/^[+-]?\d{1,19}$/.test(text)) return null;
  return Number(text);
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Older clients send `null` for none. */
function time(text: string | null): Read<Instant> {
  if (text === null || text === "" || text === "null") return undefined;
  const at = rfc3339.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : at;
}
