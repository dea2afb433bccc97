/** Which cgroups below a pod's are whose. */

/** From the names of the cgroups in a pod's: their paths by the IDs of containers and sandboxes. */
export function cgroupsById(
  { pod, names }: { readonly pod: string; readonly names: readonly string[] },
): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [idOf(name), `${pod}/${name}`]));
}

/** With systemd it is in the name of a scope, such as `cri-containerd-ID.scope`. */
function idOf(name: string): string {
  return name.endsWith(".scope") ? name.slice(name.lastIndexOf("-") + 1, -".scope".length) : name;
}
