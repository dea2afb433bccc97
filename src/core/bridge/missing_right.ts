/** Tells a right that the bridge lacks from an object that is not to be written. */

/**
 * By the words of the API server's authorizer: `User "…" cannot patch resource "pods/status" in API group ""`. Admission and quota say
 * 403 as well, but of one object and for good; what a role lacks is missing for all of them, until somebody mends the role.
 *
 * @see https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/responsewriters/errors.go
 */
export function isMissingRight({ message }: { readonly message: string }): boolean {
  return /User "[^"]*" cannot \w+ resource "/.test(message);
}
