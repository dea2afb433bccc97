/** Which of a pod's lists a container stands in. */
import type { Container, PodSpec } from "../k8s.ts";

/** Sidecars are init containers. */
export type ContainerKind = "Main" | "Init" | "Ephemeral";

/** One that stands in none of the lists counts as a main container. */
export function containerKind(
  { initContainers = [], ephemeralContainers = [] }: Pick<
    PodSpec,
    "initContainers" | "ephemeralContainers"
  >,
  container: Pick<Container, "name">,
): ContainerKind {
  const isNamed = ({ name }: Pick<Container, "name">): boolean => name === container.name;
  if (initContainers.some(isNamed)) return "Init";
  return ephemeralContainers.some(isNamed) ? "Ephemeral" : "Main";
}
