/** Runs the lifecycle hooks of containers. @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
import type { Container, LifecycleHandler } from "../core/k8s.ts";
import { second } from "../core/instant.ts";
import { podFullName } from "../core/pod/container_status.ts";
import {
  headerOf,
  type HttpRequest,
  httpRequest,
  lifecycleUserAgent,
} from "../core/probe/http_request.ts";
import { joinHostPort } from "../core/probe/target.ts";
import { failure, type Result, success } from "../core/result.ts";
import type { Clock } from "../ports/clock.ts";
import { messageOf, Unavailable } from "../ports/errors.ts";
import type { Probes } from "../ports/probes.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { EventSubject, PodEvents } from "./events/pod_events.ts";

export interface HookDeps {
  readonly runtime: Runtime;
  readonly probes: Probes;
  readonly clock: Clock;
  readonly events: PodEvents;
}

/** The run of a container that a hook belongs to. */
export interface HookedRun {
  readonly subject: EventSubject;
  readonly container: Container;
  /** The container's ID in the runtime. */
  readonly id: string;
  /** The pod's first address; undefined where it has none. */
  readonly podIp: string | undefined;
}

/**
 * Runs a hook to its end, however long that takes. A hook that fails gives the kubelet's message. Throws the signal's reason
 * when it aborts, and Unavailable while the runtime is away.
 */
export async function runHook(
  handler: LifecycleHandler,
  run: HookedRun,
  deps: HookDeps,
  signal: AbortSignal,
): Promise<Result<null>> {
  const { exec, httpGet, sleep } = handler;
  if (exec !== undefined) return await execHook(exec.command ?? [], run, deps, signal);
  if (httpGet !== undefined) return await httpHook({ httpGet }, run, deps, signal);
  if (sleep === undefined) return failure("Cannot run handler: invalid handler: tcpSocket");
  await deps.clock.sleep(sleep.seconds * second, signal);
  return done;
}

const done = success(null);

async function execHook(
  command: readonly string[],
  run: HookedRun,
  { runtime }: HookDeps,
  signal: AbortSignal,
): Promise<Result<null>> {
  const failed = (error: string, output: string): Result<null> =>
    failure(
      `Exec lifecycle hook ([${command.join(" ")}]) ${whose(run)} failed - error: ${error}, ` +
        `message: ${JSON.stringify(output)}`,
    );
  try {
    const end = await runtime.execSync(run.id, { command }, signal);
    if (end.kind === "TimedOut") return failed("command timed out", "");
    const { exitCode, stdout, stderr } = end;
    if (exitCode === 0) return done;
    const error = `command '${command.join(" ")}' exited with ${exitCode}: ${stderr}`;
    return failed(error, stdout + stderr);
  } catch (err) {
    signal.throwIfAborted();
    if (err instanceof Unavailable) throw err;
    return failed(messageOf(err), "");
  }
}

/** Any answer will do: it has arrived. */
async function httpHook(
  { httpGet }: Required<Pick<LifecycleHandler, "httpGet">>,
  run: HookedRun,
  deps: HookDeps,
  signal: AbortSignal,
): Promise<Result<null>> {
  const failed = (error: string): Result<null> =>
    failure(`HTTP lifecycle hook (${httpGet.path ?? ""}) ${whose(run)} failed - error: ${error}`);
  const { container, podIp = "" } = run;
  if (!httpGet.host && podIp === "") return failed("failed to find networking container");
  const request = httpRequest(httpGet, { container, podIp, userAgent: lifecycleUserAgent });
  if (!request.ok) return failed(request.error);
  const answer = await deps.probes.httpGet(request.value, { signal });
  if (answer.kind === "PlainHttp" && await answersPlainly(request.value, deps, signal)) {
    tellOfFallback(request.value, run, deps);
    return done;
  }
  const arrived = answer.kind === "Answered" || answer.kind === "CutOff";
  return arrived ? done : failed(answer.message);
}

/** Who was wrongly called with TLS is called without; what is secret is not told then. */
async function answersPlainly(
  request: HttpRequest,
  { probes }: HookDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const headers = request.headers.filter((header) =>
    headerOf([header], "Authorization") === undefined
  );
  const { kind } = await probes.httpGet({ ...request, scheme: "http", headers }, { signal });
  return kind === "Answered" || kind === "CutOff";
}

function tellOfFallback(request: HttpRequest, { subject }: HookedRun, { events }: HookDeps): void {
  events.warning(subject, {
    reason: "LifecycleHTTPFallback",
    message: `request to HTTPS lifecycle hook ${joinHostPort(request)} got HTTP response, retry ` +
      "with HTTP succeeded",
  });
}

function whose({ container, subject }: HookedRun): string {
  const pod = JSON.stringify(podFullName({ metadata: subject }));
  return `for Container ${JSON.stringify(container.name)} in Pod ${pod}`;
}
