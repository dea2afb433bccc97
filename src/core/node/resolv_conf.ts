/** Reads a resolver configuration (resolv.conf). @see resolv.conf(5) */
import type { DnsConfig } from "../cri/types.ts";

/**
 * Of several `search` lines the last one counts, and of an option's values; `domain` and what the format does not know are
 * left out, as by the kubelet.
 */
export function parseResolvConf(text: string): DnsConfig {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): readonly (readonly string[])[] =>
    lines.filter(([first]) => first === keyword).map(([, ...values]) => values);
  return {
    servers: valuesOf("nameserver").flatMap(([server]) => server ?? []),
    searches: (valuesOf("search").at(-1) ?? []).filter((domain) => domain !== ".").map(withoutDot),
    options: latestOfEach(valuesOf("options").flat()),
  };
}

function withoutDot(domain: string): string {
  return domain.endsWith(".") ? domain.slice(0, -1) : domain;
}

/** `ndots:5` takes the place of `ndots:1`. */
function latestOfEach(options: readonly string[]): readonly string[] {
  return [...new Map(options.map((option) => [option.split(":")[0], option])).values()];
}
