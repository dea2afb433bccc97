/** Whether an answer sends a probe on to somewhere else on the same host. */
import { type HttpRequest, urlOf } from "./http_request.ts";

export type Redirect =
  /** The answer stands, be it a redirect to another host. */
  | { readonly kind: "None" }
  | { readonly kind: "Follow"; readonly request: HttpRequest }
  | { readonly kind: "Refused"; readonly message: string };

const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** How many requests one probe may make. */
const maxRequests = 10;

/** Decides on an answer to the last of `made` requests that this probe has made. */
export function redirectOf(
  answer: { readonly status: number; readonly location: string | undefined },
  made: { readonly request: HttpRequest; readonly requests: number },
): Redirect {
  const { location } = answer;
  if (!redirects.includes(answer.status) || !location) return { kind: "None" };
  const { request } = made;
  const url = URL.parse(location, urlOf(request));
  if (url === null) {
    const text = JSON.stringify(location);
    return refused(urlOf(request), `failed to parse Location header ${text}`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host.toLowerCase() !== request.host.toLowerCase()) return { kind: "None" };
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const scheme = url.protocol.slice(0, -1);
    return refused(location, `unsupported protocol scheme "${scheme}"`);
  }
  if (made.requests >= maxRequests) {
    return refused(location, `stopped after ${maxRequests} redirects`);
  }
  return { kind: "Follow", request: followed(request, { url, location }) };
}

function refused(url: string, detail: string): Redirect {
  return { kind: "Refused", message: `Get ${JSON.stringify(url)}: ${detail}` };
}

/** A Host header that was asked for goes along to where the same server sends us without naming itself anew. */
function followed(
  request: HttpRequest,
  { url, location }: { readonly url: URL; readonly location: string },
): HttpRequest {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const namesHost = URL.parse(location) !== null;
  const headers = request.headers.filter(({ name }) => {
    const lower = name.toLowerCase();
    return lower !== "referer" && !(namesHost && lower === "host");
  });
  const leaks = request.scheme === "https" && scheme === "http";
  return {
    scheme,
    host: request.host,
    port: url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers: leaks ? headers : [...headers, { name: "Referer", value: urlOf(request) }],
  };
}
