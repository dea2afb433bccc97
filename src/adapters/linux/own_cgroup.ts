/** Which cgroup a process is in. @see cgroups(7) */

/** From the text of /proc/PID/cgroup; null where processor and memory are not counted in the same. */
export function ownCgroup(text: string): string | null {
  const places = new Map<string, string>();
  for (const [, controllers = "", path = ""] of text.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    for (const name of controllers.split(",")) places.set(name, path);
  }
  const [cpu, memory] = [places.get("cpuacct"), places.get("memory")];
  if (cpu === undefined && memory === undefined) return places.get("") ?? null;
  return cpu === memory ? cpu ?? null : null;
}
