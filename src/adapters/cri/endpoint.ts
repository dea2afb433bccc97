/** Reads a container runtime endpoint: only unix sockets, as on every Linux node. */
import { Invalid } from "../../ports/errors.ts";

/** The socket's path. Throws Invalid that names the setting (`containerRuntimeEndpoint`, `imageServiceEndpoint`). */
export function socketPath(
  { endpoint, setting }: { readonly endpoint: string; readonly setting: string },
): string {
  const path = /^unix:\/\/(\/.+)$/.exec(endpoint)?.[1];
  if (path !== undefined) return path;
  throw new Invalid(
    `${setting}: ${JSON.stringify(endpoint)} is not a unix socket such as ` +
      "unix:///run/containerd/containerd.sock",
  );
}
