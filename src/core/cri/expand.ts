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
