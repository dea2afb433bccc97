/** Reads what was typed after a flag. */
import { failure, type Result, success } from "../../core/result.ts";
import type { RunFlag } from "./flags.ts";

const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** The failure says what was expected. A single value that cannot be read stays a text: of that the schema says it. */
export function flagValue({ type }: Pick<RunFlag, "type">, given: unknown): Result<unknown> {
  const parts = partsOf(given);
  switch (type) {
    case "pairs":
      return pairs(parts, { between: "=", example: "cpu=200m,memory=500Mi" });
    case "thresholds":
      return pairs(parts, { between: "<", example: "memory.available<100Mi,nodefs.available<10%" });
    case "taints":
      return taints(parts);
    case "number":
      return success(typeof given === "string" && /^[+-]?\d+$/.test(given) ? Number(given) : given);
    case "switch":
      return success(switchValue(given));
    case "text":
    case "list":
      return success(given);
  }
}

/** An empty text says that there is nothing. */
function partsOf(given: unknown): readonly string[] {
  const list = Array.isArray(given) ? given.map(String) : [String(given)];
  return list.map((part) => part.trim()).filter((part) => part !== "");
}

function switchValue(given: unknown): unknown {
  if (typeof given !== "string") return given;
  return TRUE.has(given) ? true : FALSE.has(given) ? false : given;
}

function pairs(
  parts: readonly string[],
  { between, example }: { readonly between: string; readonly example: string },
): Result<Readonly<Record<string, string>>> {
  const wrong = parts.find((part) => part.indexOf(between) < 1);
  if (wrong !== undefined) return failure(`expected a list such as ${example}, found "${wrong}"`);
  return success(Object.fromEntries(parts.map((part) => {
    const at = part.indexOf(between);
    return [part.slice(0, at), part.slice(at + 1)];
  })));
}

interface FlagTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** `KEY=VALUE:EFFECT` or `KEY:EFFECT`. */
const taintShape = /^([^=:]+)(?:=([^=:]*))?:([^=:]+)$/;

function taints(parts: readonly string[]): Result<readonly FlagTaint[]> {
  const wrong = parts.find((part) => !taintShape.test(part));
  if (wrong !== undefined) {
    return failure(`expected a list such as edge=true:NoSchedule,slow:NoExecute, found "${wrong}"`);
  }
  return success(parts.map((part) => {
    const [, key = "", value, effect = ""] = taintShape.exec(part) ?? [];
    return { key, ...(value && { value }), effect };
  }));
}
