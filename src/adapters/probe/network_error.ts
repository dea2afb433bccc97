/** What went wrong with a connection, in the words of Go's net package, which the kubelet's events are made of. */
import { joinHostPort, type Target } from "../../core/probe/target.ts";
import { messageOf } from "../../ports/errors.ts";

const connectTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ETIMEDOUT: "connection timed out",
  EACCES: "permission denied",
};

/** The system's or node's code of an error; "" where it has none. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** Why a connection could not be made; undefined for errors that come later. */
export function dialText(error: unknown, target: Target): string | undefined {
  const code = codeOf(error);
  if (code === "ENOTFOUND") return `dial tcp: lookup ${target.host}: no such host`;
  if (code === "EAI_AGAIN") return `dial tcp: lookup ${target.host}: server misbehaving`;
  const text = connectTexts[code];
  return text && `dial tcp ${joinHostPort(target)}: connect: ${text}`;
}

/** Why a connection broke. */
export function brokenText(error: unknown, target: Target): string {
  const message = messageOf(error);
  const code = codeOf(error);
  // Both have one code: the other side has closed the connection, or it has reset it.
  if (code === "ECONNRESET" && message === "socket hang up") return "EOF";
  if (code === "ECONNRESET") {
    return `read tcp ${joinHostPort(target)}: read: connection reset by peer`;
  }
  return message;
}
