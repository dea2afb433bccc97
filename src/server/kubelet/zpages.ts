/** /statusz and /flagz: what a person wants to know of the program itself. @see https://kep.k8s.io/4827 */
import { rfc3339 } from "../../core/instant.ts";
import type { Instant } from "../../core/instant.ts";
import { KUBELET_VERSION } from "../../core/version.ts";
import { textAnswer } from "./answers.ts";

export interface ProgramFacts {
  readonly startedAt: Instant;
  /** What is run and which, such as `Deno 2.9.6`. */
  readonly platform: string;
  /** Flags and their values, without the dashes. */
  readonly flags: Readonly<Record<string, string>>;
}

export function statusz(
  { startedAt, platform }: ProgramFacts,
  { now, paths }: { readonly now: Instant; readonly paths: readonly string[] },
): Response {
  const text = `${head("statusz")}
Started: ${rfc3339(startedAt)}
Up: ${uptime(now - startedAt)}
Platform: ${platform}
Binary version: ${KUBELET_VERSION}

Paths: ${paths.join(" ")}
`;
  return textAnswer({ status: 200, text });
}

export function flagz({ flags }: ProgramFacts): Response {
  const lines = Object.entries(flags).map(([name, value]) => `${name}: ${value}\n`).sort();
  return textAnswer({ status: 200, text: `${head("flagz")}${lines.join("")}` });
}

/** Only as text: what asks for something else is told so. */
export function takesText(accept: string | null): boolean {
  const types = (accept ?? "").split(",").map((each) => each.split(";")[0]?.trim() ?? "");
  return types.some((type) => ["", "*/*", "text/*", "text/plain"].includes(type));
}

export function notAcceptable(): Response {
  const text = "only the following media types are accepted: text/plain";
  return textAnswer({ status: 406, text });
}

function head(name: string): string {
  return `
kubelet ${name}
Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.
`;
}

function uptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3_600)} hr ${two(Math.floor(seconds / 60) % 60)} min ` +
    `${two(seconds % 60)} sec`;
}
