/** Finds where two recordings of one scenario are not the same. */
import { BRIEFLY, type Recording } from "./recording.ts";

/** One place in which they differ. */
export interface Difference {
  /** Such as `last pod.containerStatuses[0].ready`. */
  readonly where: string;
  readonly kubelet: string;
  readonly skerry: string;
}

export interface Pair {
  readonly kubelet: Recording;
  readonly skerry: Recording;
}

/** Empty where nobody could tell the two nodes apart. */
export function compare({ kubelet, skerry }: Pair): readonly Difference[] {
  return [
    ...compareValues("last", { kubelet: kubelet.last, skerry: skerry.last }),
    ...compareValues("states", {
      kubelet: joined(kubelet.states, skerry.states),
      skerry: joined(skerry.states, kubelet.states),
    }),
    ...compareEvents({ kubelet: kubelet.events, skerry: skerry.events }),
  ];
}

/** Without the runs that were brief on either node: there chance decides whether they are seen. */
function joined(
  states: Recording["states"],
  beside: Recording["states"],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(states).map(([name, passed]) => {
      const either = new Set([...passed, ...beside[name] ?? []]);
      const lasting = passed.filter((word) =>
        !word.endsWith(BRIEFLY) && !either.has(`${word}${BRIEFLY}`)
      );
      return [name, lasting.join(" > ")];
    }),
  );
}

interface Values {
  readonly kubelet: unknown;
  readonly skerry: unknown;
}

function compareValues(where: string, { kubelet, skerry }: Values): readonly Difference[] {
  const [ours, theirs] = [fieldsOf(skerry), fieldsOf(kubelet)];
  if (ours === undefined || theirs === undefined) {
    const texts = { kubelet: textOf(kubelet), skerry: textOf(skerry) };
    return texts.kubelet === texts.skerry ? [] : [{ where, ...texts }];
  }
  const keys = [...new Set([...theirs.keys(), ...ours.keys()])];
  return keys.flatMap((key) =>
    compareValues(`${where}.${key}`, { kubelet: theirs.get(key), skerry: ours.get(key) })
  );
}

/** The items of lists go by name or type where they have one: their order means nothing. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((item, index) => [`${keyOf(item) ?? index}`, item]));
}

function keyOf(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return undefined;
  if ("type" in item) return item.type;
  return "name" in item ? item.name : undefined;
}

function textOf(value: unknown): string {
  return value === undefined ? "-" : JSON.stringify(value);
}

function compareEvents(
  { kubelet, skerry }: Readonly<Record<keyof Pair, Recording["events"]>>,
): readonly Difference[] {
  const missing = kubelet.filter((line) => !skerry.includes(line));
  const added = skerry.filter((line) => !kubelet.includes(line));
  return [
    ...missing.map((line) => ({ where: "events", kubelet: line, skerry: "-" })),
    ...added.map((line) => ({ where: "events", kubelet: "-", skerry: line })),
  ];
}
