/** What one run of a probe has found, in the words of the kubelet's events. */
import type { ExecEnd } from "../cri/types.ts";
import { formatDuration } from "../duration.ts";
import { second } from "../instant.ts";
import type { ConnectAnswer, HealthAnswer, HttpAnswer } from "./answer.ts";
import { joinHostPort, type Target } from "./target.ts";
import type { ProbeKind } from "./verdict.ts";

/** A warning counts as success, an error as nothing at all: the probe could not be carried out. */
export type Outcome =
  | { readonly kind: "Success" }
  | { readonly kind: "Warning"; readonly message: string }
  | { readonly kind: "Failure"; readonly message: string }
  | { readonly kind: "Error"; readonly state: "unknown" | "failure"; readonly message: string };

/** What an event says of an outcome; nothing of a plain success. */
export interface OutcomeText {
  readonly reason: "Unhealthy" | "ProbeWarning";
  readonly message: string;
}

/** The most that is shown of a command's output, in bytes. */
const maxOutputBytes = 10 * 1024;

/** The event for an outcome. */
export function outcomeText(kind: ProbeKind, outcome: Outcome): OutcomeText | null {
  const probe = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} probe`;
  switch (outcome.kind) {
    case "Success":
      return null;
    case "Warning":
      return { reason: "ProbeWarning", message: `${probe} warning: ${outcome.message}` };
    case "Failure":
      return { reason: "Unhealthy", message: `${probe} failed: ${outcome.message}` };
    case "Error": {
      const { state, message } = outcome;
      const text = `${probe} errored and resulted in ${state} state: ${message}`;
      return { reason: "Unhealthy", message: text };
    }
  }
}

/** A command must end with 0 within its time. */
export function execOutcome(
  end: ExecEnd,
  asked: { readonly command: readonly string[]; readonly timeoutSeconds: number },
): Outcome {
  if (end.kind === "TimedOut") {
    const time = formatDuration(asked.timeoutSeconds * second);
    const command = JSON.stringify(asked.command.join(" "));
    return failed(`command timed out: ${command} timed out after ${time}`);
  }
  return end.exitCode === 0 ? success : failed(firstBytes(end.stdout + end.stderr));
}

/** An answer from 200 to 399 is a success; a redirect that was not followed is one with a warning. */
export function httpOutcome(answer: HttpAnswer): Outcome {
  switch (answer.kind) {
    case "Failed":
    case "PlainHttp":
      return failed(answer.message);
    case "CutOff":
      return { kind: "Error", state: "failure", message: answer.message };
    case "Answered":
      return statusOutcome(answer);
  }
}

/** The body may hold what is nobody else's business, so a failure does not show it. */
function statusOutcome(
  { status, body }: { readonly status: number; readonly body: string },
): Outcome {
  if (status < 200 || status >= 400) return failed(`HTTP probe failed with statuscode: ${status}`);
  if (status < 300) return success;
  return { kind: "Warning", message: `Probe terminated redirects, Response body: ${body}` };
}

/** A port must take a connection. */
export function connectOutcome(answer: ConnectAnswer): Outcome {
  return answer.kind === "Connected" ? success : failed(answer.message);
}

/** A service must be SERVING. @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export function healthOutcome(
  answer: HealthAnswer,
  asked: Target & { readonly timeoutSeconds: number },
): Outcome {
  const time = formatDuration(asked.timeoutSeconds * second);
  switch (answer.kind) {
    case "Answered":
      return answer.status === "SERVING"
        ? success
        : failed(`service unhealthy (responded with "${answer.status}")`);
    case "NotConnected":
      return failed(
        `timeout: failed to connect service "${joinHostPort(asked)}" within ${time}: ` +
          "context deadline exceeded",
      );
    case "TimedOut":
      return failed(`timeout: health rpc did not complete within ${time}`);
    case "Unimplemented":
      return failed(
        "error: this server does not implement the grpc health protocol " +
          `(grpc.health.v1.Health): ${answer.message}`,
      );
    case "Failed":
      return failed(`error: health rpc probe failed: ${answer.message}`);
  }
}

const success: Outcome = { kind: "Success" };

function failed(message: string): Outcome {
  return { kind: "Failure", message };
}

/** No character is cut in two. */
function firstBytes(text: string): string {
  const bytes = new Uint8Array(Math.min(text.length * 3, maxOutputBytes));
  return text.slice(0, new TextEncoder().encodeInto(text, bytes).read);
}
