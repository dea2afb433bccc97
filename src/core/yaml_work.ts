/** Bounds the work that a text may cause, by its tokens alone and before anything is made of them. */
import { Lexer } from "yaml";
import { failure, type Result, success } from "./result.ts";
import type { YamlLimits } from "./yaml_types.ts";
import { tooDeep } from "./yaml_values.ts";

/** What is too much, and where in the text it begins to be. */
export interface TooMuchWork {
  readonly offset: number;
  readonly message: string;
}

/** The parser takes microseconds for a token, and builds errors for each bracket that is never closed or never was opened. */
export function boundedWork(
  text: string,
  limits: Pick<YamlLimits, "maxTokens" | "maxDepth">,
): Result<null, TooMuchWork> {
  let offset = 0;
  let tokens = 0;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    depth += depthOf(token);
    if (tokens > limits.maxTokens) {
      return failure({ offset, message: `more than ${limits.maxTokens} tokens` });
    }
    if (depth > limits.maxDepth) return failure({ offset, message: tooDeep(limits) });
    if (depth < 0) return failure({ offset, message: `"${token}" without an opening bracket` });
    if (!markers.includes(token)) offset += token.length;
  }
  return success(null);
}

function depthOf(token: string): number {
  if (token === "[" || token === "{") return 1;
  return token === "]" || token === "}" ? -1 : 0;
}

/** The lexer puts control characters between the tokens of the text: before a document, a scalar, an early end of brackets. */
const markers: readonly string[] = ["\u0002", "\u001f", "\u0018"];
