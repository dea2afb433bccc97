/** Which network interface the default route goes through. */

/** From the text of /proc/net/route: the interface of the default route with the lowest metric. @see proc_net_route */
export function defaultInterfaceV4(table: string): string | undefined {
  const routes = table.split("\n").slice(1).map((line) => line.split("\t"));
  const defaults = routes.filter(([, destination, , , , , , mask]) =>
    destination === "00000000" && mask === "00000000"
  );
  return first(defaults.map((fields) => ({ name: fields[0], metric: Number(fields[6]) })));
}

/** From the text of /proc/net/ipv6_route likewise; the loopback's unreachable route does not count. */
export function defaultInterfaceV6(table: string): string | undefined {
  const routes = table.split("\n").map((line) => line.trim().split(/\s+/));
  const defaults = routes.filter((fields) =>
    /^0{32}$/.test(fields[0] ?? "") && fields[1] === "00" && fields[9] !== "lo"
  );
  return first(
    defaults.map((fields) => ({ name: fields[9], metric: parseInt(fields[5] ?? "", 16) })),
  );
}

interface Route {
  readonly name: string | undefined;
  readonly metric: number;
}

function first(routes: readonly Route[]): string | undefined {
  return routes.toSorted((a, b) => a.metric - b.metric)[0]?.name;
}
