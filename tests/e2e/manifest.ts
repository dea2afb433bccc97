/** Manifests of busybox pods, as a user would write them. */
import { IMAGES } from "../lab/images.ts";

/** Fields of a PodSpec or of a container, in the form in which manifests have them. */
type Fields = Readonly<Record<string, unknown>>;

/** Goes on until it is told to end, and then ends at once with exit code 0. */
export const FOREVER = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";

/** Tells the size of its terminal once that is 33 rows and 77 columns, or what it is after a while. */
export const TELL_SIZE =
  'i=0; while [ "$(stty size)" != "33 77" ] && [ $i -lt 300 ]; do i=$((i+1)); sleep 0.1; done; stty size';

/** A container that runs a shell script; `fields` wins over what the script sets. */
export function container(name: string, script: string, fields: Fields = {}): Fields {
  return { name, image: IMAGES.busybox, command: ["sh", "-c", script], ...fields };
}

/** A pod `default/NAME`; its grace period is 5 seconds unless the spec says otherwise. */
export function manifest(name: string, spec: Fields, metadata: Fields = {}): Fields {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...metadata },
    spec: { terminationGracePeriodSeconds: 5, ...spec },
  };
}

/** A pod of one container `main` that runs a shell script. */
export function scriptPod(name: string, script: string, spec: Fields = {}): Fields {
  return manifest(name, { containers: [container("main", script)], ...spec });
}

/** A pod that runs its script once and is then done. */
export function oncePod(name: string, script: string, spec: Fields = {}): Fields {
  return scriptPod(name, script, { restartPolicy: "Never", ...spec });
}
