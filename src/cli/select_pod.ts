/** The pod and the container that a person means, or an error that says what there is. */
import { type Container, type Pod, podKey, withEphemeral } from "../core/k8s.ts";
import { findPod, type PodQuery } from "../core/pod/find_pod.ts";
import { CliError } from "./command.ts";
import { ExitCode } from "./exit_codes.ts";

/** Throws `CliError`: notFound, or usage when several pods may be meant. */
export function selectPod(pods: readonly Pod[], query: PodQuery): Pod {
  const found = findPod(pods, query);
  if (found.ok) return found.value;
  const { kind, message } = found.error;
  throw kind === "NotFound"
    ? new CliError(message, { exitCode: ExitCode.notFound, hint: "`skerry pods` lists them" })
    : new CliError(message, { exitCode: ExitCode.usage, hint: "name it as NAMESPACE/NAME" });
}

/** A container, and whether it was chosen among several. */
export interface SelectedContainer {
  readonly name: string;
  /** What to tell the person who did not choose; undefined where there was no choice. */
  readonly note: string | undefined;
}

const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/**
 * kubectl's choice: the one that is named, else the annotation's, else the first main container.
 * @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container
 */
export function selectContainer(pod: Pod, name: string | undefined): SelectedContainer {
  const all = withEphemeral(pod.spec);
  if (name !== undefined) {
    if (all.some((container) => container.name === name)) return { name, note: undefined };
    const message = `pod ${podKey(pod)} has no container "${name}"; it has ${listed(pod)}`;
    throw new CliError(message, { exitCode: ExitCode.notFound });
  }
  const annotated = pod.metadata.annotations?.[defaultContainerAnnotation];
  const chosen = all.find((container) => container.name === annotated) ?? pod.spec.containers[0];
  const chosenName = chosen?.name ?? "";
  const note = `Defaulted container "${chosenName}" out of: ${listed(pod)}`;
  return { name: chosenName, note: all.length > 1 ? note : undefined };
}

function listed({ spec }: Pod): string {
  const names = (containers: readonly Container[], mark: string): readonly string[] =>
    containers.map((container) => `${container.name}${mark}`);
  return [
    ...names(spec.containers, ""),
    ...names(spec.ephemeralContainers ?? [], " (ephem)"),
    ...names(spec.initContainers ?? [], " (init)"),
  ].join(", ");
}
