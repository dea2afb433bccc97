/** From where a request comes, as far as it tells apart those who ask. */

/** The host of `10.0.0.1:50000` or `[fd00::1]:50000`, as it is written there. */
export function hostOf(address: string): string {
  return address.replace(/:\d+$/, "");
}

/** What somebody has for themselves: an address of IPv4, or the network of 64 bits that a host of IPv6 has its addresses in. */
export function ownNetworkOf(host: string): string {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const parts = address.split("::").map((part) => part === "" ? [] : part.split(":"));
  const [head = [], tail = []] = parts;
  // Two colons stand for as many zeros as are missing.
  const zeros = parts.length < 2 ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill("0"), ...tail];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
