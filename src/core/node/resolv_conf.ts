/** Reads a resolver configuration (resolv.conf). @see resolv.conf(5) */
import type { DnsConfig } from "../cri/types.ts";

/** Of several `search` or `options` lines the last one counts; `domain` and what the format does not know are left out, as by the kubelet. */
export function parseResolvConf(text: string): DnsConfig {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): readonly (readonly string[])[] =>
    lines.filter(([first]) => first === keyword).map(([, ...values]) => values);
  return {
    servers: valuesOf("nameserver").flatMap(([server]) => server ?? []),
    searches: (valuesOf("search").at(-1) ?? []).map(withoutDot),
    options: valuesOf("options").at(-1) ?? [],
  };
}

function withoutDot(domain: string): string {
  return domain.length > 1 && domain.endsWith(".") ? domain.slice(0, -1) : domain;
}
