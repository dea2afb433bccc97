/** Holds a piece of configuration against its schema: lists what is wrong, and gives what is left without it. */
import * as v from "valibot";
import { formatFieldPath } from "../../core/field_path.ts";
import { decoded } from "../../core/pod/json_decoding.ts";
import { describeIssue, issuePath } from "../../core/pod/schema_problem.ts";
import type { AnySchema } from "../../core/pod/schema/support.ts";
import { type Problem, problemAt, type Source } from "./source.ts";
import { withoutValue } from "./tree.ts";

/** A source all of whose values have their types or are null, and the problems of the values it lost. */
export interface WellFormed {
  readonly source: Source;
  readonly problems: readonly Problem[];
}

/**
 * Checks again without what was found until nothing is found, as the schema names but one unknown field of a map at a time.
 * Each round leaves something out, so it comes to an end.
 */
export function wellFormed(source: Source, schema: AnySchema): WellFormed {
  const problems: Problem[] = [];
  let value = source.value;
  for (;;) {
    const issues = v.safeParse(schema, decoded(value, schema)).issues ?? [];
    if (issues.length === 0) return { source: { ...source, value }, problems };
    for (const issue of issues) {
      const path = issuePath(issue);
      const message = describeIssue(issue, { root: schema, path });
      problems.push(problemAt(source, { path, name: formatFieldPath(path), message }));
      value = withoutValue(value, path);
    }
  }
}
