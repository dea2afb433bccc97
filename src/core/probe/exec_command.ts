/** The command of an exec probe. */
import { expand } from "../cri/expand.ts";
import type { Container } from "../k8s.ts";

/** References take the values that the pod itself gives to the container's variables; others are not known here. */
export function probeCommand(
  command: readonly string[],
  { env = [] }: Pick<Container, "env">,
): readonly string[] {
  const values = new Map(env.map(({ name, value = "" }) => [name, value]));
  return command.map((text) => expand(text, (name) => values.get(name)));
}
