/** Tells people once of each thing that is wrong with the manifests, and when it is right again. */
import type { Log } from "../../ports/log.ts";
import type { SourceProblem } from "../../ports/pod_source.ts";

/** A record names so many problems of a file; the rest is counted. */
const maxNamed = 5;

export interface ProblemLog {
  /** All problems that there are now. */
  update(problems: readonly SourceProblem[]): void;
}

export function createProblemLog(log: Log): ProblemLog {
  let told: ReadonlyMap<string, string> = new Map();

  function update(problems: readonly SourceProblem[]): void {
    const now = textByPath(problems);
    for (const [path, problem] of now) {
      if (told.get(path) !== problem) log.warn("Manifest cannot be used", { path, problem });
    }
    for (const path of told.keys()) {
      if (!now.has(path)) log.info("Manifest is no longer in trouble", { path });
    }
    told = now;
  }

  return { update };
}

function textByPath(problems: readonly SourceProblem[]): ReadonlyMap<string, string> {
  const byPath = Map.groupBy(problems, ({ path }) => path);
  return new Map([...byPath].map(([path, own]) => [path, textOf(own)]));
}

function textOf(problems: readonly SourceProblem[]): string {
  const texts = new Set(
    problems.map(({ line, column, message }) =>
      line === 0 ? message : `line ${line}, column ${column}: ${message}`
    ),
  );
  const named = [...texts].slice(0, maxNamed);
  const rest = texts.size - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}
