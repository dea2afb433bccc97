/** What a container executes: command, arguments and environment, with their references resolved. */
import type { Container } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";
import { expand } from "./expand.ts";
import type { ContainerConfig } from "./types.ts";

/**
 * Characters that references may bring in. No Linux kernel starts a program with more arguments and environment than this
 * many bytes, and a few lines of references to references could otherwise eat up the node's memory.
 */
const maxExpansion = 6 * 1024 * 1024;

/**
 * A variable may refer to those above it, command and arguments to all. Of two variables with one name the later holds.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function containerProcess(
  { name, command = [], args = [], env = [] }: Container,
): Result<Pick<ContainerConfig, "command" | "args" | "env">> {
  const values = new Map<string, string>();
  let room = maxExpansion;
  const lookUp = (variable: string): string | undefined => {
    const value = values.get(variable);
    room -= value?.length ?? 0;
    return room < 0 ? "" : value;
  };
  for (const variable of env) values.set(variable.name, expand(variable.value ?? "", lookUp));
  const expanded = {
    command: command.map((text) => expand(text, lookUp)),
    args: args.map((text) => expand(text, lookUp)),
    env: [...values].map(([key, value]) => ({ key, value })),
  };
  return room < 0 ? failure(tooMuch(name)) : success(expanded);
}

function tooMuch(container: string): string {
  return `the references in command, args and env of container "${container}" expand to more than ` +
    `${maxExpansion} characters`;
}
