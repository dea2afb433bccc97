/** References of the form `$(NAME)` in commands, arguments and environment values. */

const reference = /\$(?:\$|\(([^)]*)\))/g;

/**
 * Puts values in the place of references. What `lookUp` does not know stays as it is written; `$$` gives one `$`, so that
 * `$$(NAME)` gives a literal `$(NAME)`.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  // No reference ends behind the last ")": not looking for one there keeps the time linear for any text.
  const end = text.lastIndexOf(")") + 1;
  const expanded = text.slice(0, end).replace(
    reference,
    (whole, name?: string) => name === undefined ? "$" : lookUp(name) ?? whole,
  );
  return expanded + text.slice(end).replaceAll("$$", () => "$");
}

/**
 * Characters that references may bring in. No Linux kernel starts a program with more arguments and environment than this
 * many bytes, and a few lines of references to references could otherwise eat up the node's memory.
 */
export const maxExpansion = 6 * 1024 * 1024;

/** Expands many texts that share one bound. */
export interface BoundedExpander {
  expand(text: string): string;
  /** The bound has been reached: what was expanded since lacks values, and none of it may be used. */
  readonly isExceeded: boolean;
}

/** An expander that brings in no more than `maxExpansion` characters in all. */
export function boundedExpander(
  lookUp: (name: string) => string | undefined,
): BoundedExpander {
  let room = maxExpansion;
  const bounded = (name: string): string | undefined => {
    const value = lookUp(name);
    room -= value?.length ?? 0;
    return room < 0 ? "" : value;
  };
  return {
    expand: (text) => expand(text, bounded),
    get isExceeded() {
      return room < 0;
    },
  };
}
