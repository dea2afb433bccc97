/** What is wrong with a pod, as people see it. */
import { formatFieldPath } from "../../src/core/field_path.ts";
import { validatePod } from "../../src/core/pod/validate.ts";
import type { PodBuilder } from "./pods.ts";

/** Each problem as `PATH: MESSAGE`. */
export function problemsOf(builder: PodBuilder): readonly string[] {
  return validatePod(builder.build()).map(({ path, message }) =>
    `${formatFieldPath(path)}: ${message}`
  );
}
