/** Paths of fields as Kubernetes writes them: `spec.containers[0].ports`, `metadata.labels[example.com/app]`. */
import type { YamlPath } from "./yaml_types.ts";

/** What can stand after a dot without being misread. */
const plainKey = /^[A-Za-z_][\w-]*$/;

/** The text of a path; "" for the root. */
export function formatFieldPath(path: YamlPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number" || !plainKey.test(step)) return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
