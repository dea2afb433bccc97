/** The HTTP request of a probe or a hook, made as the kubelet makes it. */
import type { Container, HttpGetAction } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";
import { joinHostPort, portNumber, type Target } from "./target.ts";

/** A GET; header names may repeat. */
export interface HttpRequest extends Target {
  readonly scheme: "http" | "https";
  /** With its query, escaped. */
  readonly path: string;
  readonly headers: readonly HttpHeader[];
}

export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** The release of the kubelet whose behaviour this is. */
const kubeletRelease = "1.37";

/** Servers tell by the name who asks. */
export const probeUserAgent = `kube-probe/${kubeletRelease}`;
export const lifecycleUserAgent = `kube-lifecycle/${kubeletRelease}`;

/** Fails where the container has no port of that name. */
export function httpRequest(
  action: HttpGetAction,
  { container, podIp, userAgent }: {
    readonly container: Container;
    readonly podIp: string;
    readonly userAgent: string;
  },
): Result<HttpRequest> {
  const port = portNumber(action.port, container);
  if (!port.ok) return failure(port.error);
  return success({
    scheme: action.scheme?.toLowerCase() === "https" ? "https" : "http",
    host: action.host || podIp,
    port: port.value,
    path: requestPath(action.path ?? ""),
    headers: withDefaults(action.httpHeaders ?? [], userAgent),
  });
}

/** The request's URL, for messages. */
export function urlOf(request: HttpRequest): string {
  return `${request.scheme}://${joinHostPort(request)}${request.path}`;
}

/** The value of the first header of that name. */
export function headerOf(headers: readonly HttpHeader[], name: string): string | undefined {
  return headers.find((header) => isCalled(header, name))?.value;
}

/** Where these are given without a value, none is sent. */
function withDefaults(
  given: readonly HttpHeader[],
  userAgent: string,
): readonly HttpHeader[] {
  const defaults = [{ name: "User-Agent", value: userAgent }, { name: "Accept", value: "*/*" }];
  const missing = defaults.filter(({ name }) => headerOf(given, name) === undefined);
  const isEmptied = (header: HttpHeader): boolean =>
    header.value === "" && defaults.some(({ name }) => isCalled(header, name));
  return [...given.filter((header) => !isEmptied(header)), ...missing];
}

function isCalled({ name }: HttpHeader, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

const badEscape = /%(?![0-9a-fA-F]{2})/;

/**
 * Path and query as they are sent. A path that is no part of a URL (a stray `%`) is taken as it is, question mark and all; of
 * a whole URL only the path counts; a fragment is never sent.
 */
function requestPath(text: string): string {
  const [beforeFragment = ""] = text.split("#");
  if (badEscape.test(beforeFragment.split("?")[0] ?? "")) {
    return withSlash(escaped(text, { also: "%?" }));
  }
  const { path, query } = splitQuery(withoutHost(beforeFragment));
  const sent = withSlash(escaped(path));
  return query === undefined ? sent : `${sent}?${escaped(query)}`;
}

function withoutHost(text: string): string {
  return text.replace(/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/[^/?]*/, "");
}

function splitQuery(text: string): { readonly path: string; readonly query: string | undefined } {
  const at = text.indexOf("?");
  return at < 0
    ? { path: text, query: undefined }
    : { path: text.slice(0, at), query: text.slice(at + 1) };
}

function withSlash(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

/** Percent signs for what no URL may hold, and for what else is said. */
function escaped(text: string, { also } = { also: "" }): string {
  const mustEscape = (char: string): boolean =>
    /[^!-~]|["<>\\^`{|}]/.test(char) || also.includes(char);
  return Array.from(text, (char) => mustEscape(char) ? percentEncoded(char) : char).join("");
}

function percentEncoded(char: string): string {
  return Array.from(
    new TextEncoder().encode(char),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
