/** The path of a request as everything behind it sees it: decoded once, and the one way to write it. */
import { posix } from "node:path";

export interface RequestTarget {
  /** Decoded; without `.`, `..` and empty parts. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Such parts, or a zero byte, were hidden in escapes: nothing is to be found there. */
  readonly isNowhere: boolean;
}

export type ParsedTarget =
  | { readonly kind: "Target"; readonly target: RequestTarget }
  /** Another way to write a path: the client is told the one that counts, as Go's ServeMux does. */
  | { readonly kind: "Elsewhere"; readonly location: string }
  | { readonly kind: "Malformed" };

/** Reads what stands in a request's first line. */
export function parseTarget(text: string): ParsedTarget {
  const [rawPath = "", ...rest] = originForm(text).split("?");
  const query = rest.join("?");
  if (!rawPath.startsWith("/")) return { kind: "Malformed" };
  const decoded = decodedOrNull(rawPath);
  if (decoded === null) return { kind: "Malformed" };
  const cleanRaw = posix.normalize(rawPath);
  if (cleanRaw !== rawPath) return { kind: "Elsewhere", location: locationOf(cleanRaw, query) };
  const path = posix.normalize(decoded);
  const isNowhere = path !== decoded || path.includes("\0");
  return { kind: "Target", target: { path, query, isNowhere } };
}

/** A browser takes a backslash for a slash, and two of these for the beginning of another host. */
function locationOf(path: string, query: string): string {
  return path.replaceAll("\\", "%5C") + (query === "" ? "" : `?${query}`);
}

/** Proxies send the whole URL. */
function originForm(text: string): string {
  const absolute = /^https?:\/\/[^/?]*(.*)$/i.exec(text);
  if (absolute === null) return text;
  const rest = absolute[1] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function decodedOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A path that no reader of URLs changes any more. */
export function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
