/** How the API server keeps a pod's one address and its list of them in step: where they differ, the one counts. */
import { isList, isObject, type JsonObject, text } from "./json.ts";

export function withAddressesInStep(status: JsonObject): JsonObject {
  const ip = text(status, "podIP");
  const list = status["podIPs"];
  const [first] = isList(list) ? list : [];
  const firstIp = isObject(first) ? text(first, "ip") : undefined;
  if (ip === firstIp) return status;
  return ip === undefined ? { ...status, podIP: firstIp ?? "" } : { ...status, podIPs: [{ ip }] };
}
