/** Kubernetes resource quantities ("100m", "64Mi", "1e3"): parsed exactly, compared, and written in canonical form. */
import { failure, type Result, success } from "./result.ts";

/** How a quantity was written, and so is written again. */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** An exact amount; Kubernetes keeps nothing finer than a nano. */
export interface Quantity {
  /** The value times 10^9. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const NANO = 1_000_000_000n;
/** Larger values are capped, as the API does. */
const MAX_NANOS = (2n ** 63n - 1n) * NANO;

const DECIMAL_EXPONENT: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_EXPONENT: Readonly<Record<string, number>> = {
  Ki: 10,
  Mi: 20,
  Gi: 30,
  Ti: 40,
  Pi: 50,
  Ei: 60,
};

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,4})?$/;
/** Longer texts are nobody's memory request; the bound keeps the arithmetic cheap. */
const MAX_LENGTH = 100;

/**
 * Reads a quantity. Fractions finer than a nano are rounded away from zero; values beyond 2^63-1 are capped.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): Result<Quantity> {
  const match = text.length <= MAX_LENGTH ? SHAPE.exec(text) : null;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (match === null || whole + fraction === "") return failure(notAQuantity(text));
  const binary = BINARY_EXPONENT[suffix];
  const exponent = binary !== undefined ? 0 : DECIMAL_EXPONENT[suffix] ?? Number(suffix.slice(1));
  const magnitude = scale({
    digits: BigInt(whole + fraction) << BigInt(binary ?? 0),
    exponent: exponent - fraction.length + 9,
  });
  const capped = magnitude > MAX_NANOS ? MAX_NANOS : magnitude;
  return success({ nanos: sign === "-" ? -capped : capped, format: formatOf(suffix) });
}

function notAQuantity(text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return `"${shown}" is not a quantity such as "500m", "2", "64Mi" or "1e3" ` +
    `(suffixes: n u m k M G T P E, Ki Mi Gi Ti Pi Ei)`;
}

function formatOf(suffix: string): QuantityFormat {
  if (suffix in BINARY_EXPONENT) return "BinarySI";
  return suffix in DECIMAL_EXPONENT ? "DecimalSI" : "DecimalExponent";
}

function scale(number: { readonly digits: bigint; readonly exponent: number }): bigint {
  if (number.digits === 0n) return 0n;
  if (number.exponent >= 0) {
    return number.exponent > 60 ? MAX_NANOS + 1n : number.digits * 10n ** BigInt(number.exponent);
  }
  return divideUp(number.digits, { by: 10n ** BigInt(-number.exponent) });
}

/** Division that rounds away from zero, as Kubernetes rounds quantities. */
function divideUp(value: bigint, { by }: { readonly by: bigint }): bigint {
  if (value < 0n) return -divideUp(-value, { by });
  return (value + by - 1n) / by;
}

/** The quantity in thousandths (CPU: millicores), rounded up. */
export function milliValue(quantity: Quantity): number {
  return Number(divideUp(quantity.nanos, { by: NANO / 1000n }));
}

/** The quantity in whole units (memory: bytes), rounded up. Exact up to 2^53. */
export function bytes(quantity: Quantity): number {
  return Number(divideUp(quantity.nanos, { by: NANO }));
}

/** Negative, zero or positive, for sorting and limits. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

/** Adds two quantities; the first one's format is kept. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

/** Takes the second from the first, whose format is kept; the result may be negative. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { nanos: -b.nanos, format: b.format });
}

/** The canonical text: no fraction, and the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.nanos === 0n) return "0";
  if (quantity.format === "BinarySI" && fitsBinary(quantity.nanos)) {
    return withSuffix({ value: quantity.nanos / NANO, base: 1024n, suffixes: BINARY_SUFFIXES });
  }
  const suffixes = quantity.format === "DecimalExponent" ? EXPONENT_SUFFIXES : DECIMAL_SUFFIXES;
  return withSuffix({ value: quantity.nanos, base: 1000n, suffixes });
}

const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL_SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const EXPONENT_SUFFIXES = ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"] as const;

/** Kubernetes shows small or fractional binary quantities as decimal ones rather than lose a digit. */
function fitsBinary(nanos: bigint): boolean {
  const magnitude = nanos < 0n ? -nanos : nanos;
  return magnitude >= 1024n * NANO && magnitude % NANO === 0n;
}

function withSuffix(
  { value, base, suffixes }: {
    readonly value: bigint;
    readonly base: bigint;
    readonly suffixes: readonly string[];
  },
): string {
  let rest = value;
  let index = 0;
  while (rest % base === 0n && index < suffixes.length - 1) {
    rest /= base;
    index++;
  }
  return `${rest}${suffixes[index] ?? ""}`;
}
