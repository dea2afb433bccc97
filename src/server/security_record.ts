/**
 * What the security log says of a request. Never in it: tokens, what stands in a query, and the arguments of a command; of that the
 * program's name and the number of its arguments are told.
 */
import type { User } from "./auth/user.ts";
import { requestAttributes } from "./auth/request_attributes.ts";

export interface RecordSource {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly remoteAddress: string;
  };
  /** Null: nobody knows who it is. */
  readonly user: User | null;
}

/** What somebody wants of the inside of a pod. */
export interface PodAction {
  readonly action: "exec" | "attach" | "portForward" | "run";
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly program?: string;
  readonly arguments?: number;
}

/** In the order in which it is written. */
export interface SecurityRecord extends Partial<PodAction> {
  readonly verdict: "allowed" | "refused";
  /** Of the answer; 200 for what is allowed, whatever comes of it. */
  readonly status: 200 | 401 | 403 | 500;
  readonly user: string | null;
  readonly groups: readonly string[];
  readonly address: string;
  readonly method: string;
  readonly verb: string;
  readonly subresources: readonly string[];
  readonly path: string;
  readonly reason: string;
}

export function recordOf(
  { request, user }: RecordSource,
  { status, reason }: Pick<SecurityRecord, "status" | "reason">,
): SecurityRecord {
  const attributes = requestAttributes(user ?? nobody, request);
  return {
    verdict: status === 200 ? "allowed" : "refused",
    status,
    user: user === null ? null : short(user.name),
    groups: (user ?? nobody).groups.slice(0, mostGroups).map(short),
    address: request.remoteAddress,
    method: short(request.method),
    verb: attributes[0].verb,
    subresources: attributes.map(({ subresource }) => subresource),
    path: short(request.path),
    ...podAction(request),
    reason: short(reason),
  };
}

const nobody: User = { name: "", uid: "", groups: [], extra: {} };

const mostGroups = 32;
/** In UTF-16 units. */
const longest = 256;
const longestProgram = 64;

function short(text: string): string {
  return cut(text, longest);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** A whole command line may have come as one word. */
function programIn(word: string): string {
  return cut(word.trimStart().split(/\s/)[0] ?? "", longestProgram);
}

const actions = ["exec", "attach", "portForward", "run"] as const;

/** Null for all other requests. */
function podAction(
  { path, query }: { readonly path: string; readonly query: string },
): PodAction | null {
  const [, first, namespace, pod, ...rest] = path.split("/").map(short);
  const action = actions.find((each) => each === first);
  if (action === undefined || namespace === undefined || pod === undefined) return null;
  const [container] = action === "portForward" ? [] : rest.slice(-1);
  return {
    action,
    namespace,
    pod,
    ...(container !== undefined && { container }),
    ...commandOf(action, new URLSearchParams(query)),
  };
}

function commandOf(
  action: PodAction["action"],
  query: URLSearchParams,
): Pick<PodAction, "program" | "arguments"> {
  const words = action === "run" ? query.get("cmd")?.split(" ") ?? [] : query.getAll("command");
  const [program, ...others] = words;
  return program === undefined ? {} : { program: programIn(program), arguments: others.length };
}
