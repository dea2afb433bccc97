/** The `-o` option of commands that can speak to programs, and the formats behind it. */
import { Option } from "commander";

/** `-o FORMAT` with the formats that the command has; the value is under `options.output`. */
export function outputOption(formats: readonly ("json" | "yaml" | "wide")[]): Option {
  return new Option("-o, --output <format>", "another form than the table").choices(formats);
}

/** JSON for programs, indented as kubectl's. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}

/** The same as YAML that says the same to readers of YAML 1.1, such as Kubernetes'; its writer is loaded only now. */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, {
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
    indentSeq: false,
    lineWidth: 0,
  });
}
