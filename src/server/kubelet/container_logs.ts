/** GET /containerLogs/{namespace}/{pod}/{container}: what a container has written. */
import { withEphemeral } from "../../core/k8s.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { bodyStream } from "../body_stream.ts";
import { textAnswer } from "./answers.ts";
import { parseContainerLogQuery } from "./container_log_query.ts";
import type { ContainerRef, KubeletFunctions } from "./kubelet_functions.ts";

export interface ContainerLogsDeps {
  readonly functions: Pick<KubeletFunctions, "pods" | "logs">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** The signal aborts when the client goes away, or the server stops. */
export async function containerLogs(
  { target, query, signal }: {
    readonly target: ContainerRef;
    readonly query: URLSearchParams;
    readonly signal: AbortSignal;
  },
  { functions, clock, log }: ContainerLogsDeps,
): Promise<Response> {
  const parsed = parseContainerLogQuery(query, clock.now());
  if (parsed.kind === "Undecodable") return message(400, "Unable to decode query.");
  if (parsed.kind === "Invalid") return message(422, "Invalid request.");
  const missing = missingText(target, functions);
  if (missing !== null) return textAnswer({ status: 404, text: missing });
  const { namespace, pod: name, container } = target;
  const request = { namespace, name, container, ...parsed.options };
  try {
    const open = (gone: AbortSignal) => functions.logs(request, gone);
    const body = await bodyStream({ open, stop: signal, log });
    const headers = { "content-type": "text/plain; charset=utf-8", "transfer-encoding": "chunked" };
    return new Response(body, { headers });
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return textAnswer({ status: 400, text: messageOf(error) });
  }
}

/** The kubelet's text for what is not there; null when it is. */
function missingText(
  { namespace, pod: name, container }: ContainerRef,
  functions: Pick<KubeletFunctions, "pods">,
): string | null {
  const pod = functions.pods()
    .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (pod === undefined) return `pod ${JSON.stringify(name)} does not exist`;
  if (withEphemeral(pod.spec).some((each) => each.name === container)) return null;
  return `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`;
}

/** These alone look like JSON in the kubelet's answers. */
function message(status: number, text: string): Response {
  return textAnswer({ status, text: JSON.stringify({ message: text }).replace(":", ": ") });
}
