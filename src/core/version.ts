/** The version of Skerry, in the one place that everything else reads it from. */

/** Semantic version, without a leading `v`. */
export const VERSION = "0.1.0";
