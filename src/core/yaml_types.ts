/** What the readers of YAML share: places, problems and limits. */

/** Where something starts; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From the document's root: keys of maps and indexes of lists. */
export type YamlPath = readonly (string | number)[];

/** Why a text cannot be read, and where. */
export interface YamlProblem extends Position {
  readonly message: string;
}

/** What a text may be at most. The defaults leave ample room for a pod: the API server takes 1.5 MB at most. */
export interface YamlLimits {
  readonly maxBytes: number;
  /** Values of all documents, where each use of an alias counts what it stands for (a "YAML bomb" is mostly that). */
  readonly maxValues: number;
  readonly maxDepth: number;
  /** The smallest parts of the text, blanks among them: a pod with 1,000 containers has some 100,000. */
  readonly maxTokens: number;
  readonly maxDocuments: number;
}

export const DEFAULT_YAML_LIMITS: YamlLimits = {
  maxBytes: 1024 * 1024,
  maxValues: 100_000,
  maxDepth: 64,
  maxTokens: 250_000,
  maxDocuments: 100,
};
