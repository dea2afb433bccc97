/** What a container executes: command, arguments and environment, with their references resolved. */
import type { Container } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";
import type { Environment } from "../pod/env/environment.ts";
import { boundedExpander, maxExpansion } from "./expand.ts";
import type { ContainerConfig } from "./types.ts";

/**
 * References stand for the container's whole environment.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function containerProcess(
  { name, command = [], args = [] }: Container,
  env: Environment,
): Result<Pick<ContainerConfig, "command" | "args" | "env">> {
  const expander = boundedExpander((variable) => env.get(variable));
  const expanded = {
    command: command.map(expander.expand),
    args: args.map(expander.expand),
    env: [...env].map(([key, value]) => ({ key, value })),
  };
  return expander.isExceeded ? failure(tooMuch(name)) : success(expanded);
}

function tooMuch(container: string): string {
  return `the references in command and args of container "${container}" expand to more than ` +
    `${maxExpansion} characters`;
}
