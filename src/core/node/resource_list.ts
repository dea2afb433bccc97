/** Amounts of resources by name, as a Node's capacity and allocatable are written. */
import { formatQuantity, parseQuantity, type Quantity, type QuantityFormat } from "../quantity.ts";

export type ResourceList = Readonly<Record<string, Quantity>>;

/** The same on the wire. */
export type ResourceTexts = Readonly<Record<string, string>>;

const NANO = 1_000_000_000n;

/** A whole number of something, written with decimal suffixes unless told otherwise. */
export function amount(value: number, format: QuantityFormat = "DecimalSI"): Quantity {
  return { nanos: BigInt(value) * NANO, format };
}

/** An amount of bytes, written with binary suffixes. */
export function byteAmount(value: number): Quantity {
  return amount(value, "BinarySI");
}

export function resourceTexts(list: ResourceList): ResourceTexts {
  return mapped(list, formatQuantity);
}

/** What is not a quantity is left out; configuration has been checked before. */
export function resourceList(texts: ResourceTexts): ResourceList {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const parsed = parseQuantity(text);
      return parsed.ok ? [[name, parsed.value]] : [];
    }),
  );
}

function mapped<A, B>(
  list: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(list).map(([name, value]) => [name, change(value)]));
}

/** The name of pages of a size: `hugepages-2Mi`. */
export function hugePagesName(pageBytes: number): string {
  return `${hugePagesPrefix}${formatQuantity(byteAmount(pageBytes))}`;
}

export function isHugePages(name: string): boolean {
  return name.startsWith(hugePagesPrefix);
}

const hugePagesPrefix = "hugepages-";
