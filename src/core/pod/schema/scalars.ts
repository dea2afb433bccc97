/** The scalar types of the Kubernetes API: what JSON decoding into Go's types accepts. */
import * as v from "valibot";
import { parseQuantity } from "../../quantity.ts";

export const text = v.string("expected a string");
export const flag = v.boolean("expected true or false");
export const texts = v.array(text, "expected a list of strings");
export const stringMap = v.record(text, text, "expected a map of strings");

/** A whole number that fits Go's int32. */
export const int32 = v.pipe(
  v.number("expected a whole number"),
  v.integer("expected a whole number"),
  v.minValue(-(2 ** 31), "expected a number of 32 bits"),
  v.maxValue(2 ** 31 - 1, "expected a number of 32 bits"),
);

/** A whole number; Go's int64 as far as JavaScript holds it exactly. */
export const int64 = v.pipe(
  v.number("expected a whole number"),
  v.safeInteger("expected a whole number"),
);

/** A port by number or by name. */
export const intOrString = v.union([int32, text], "expected a number or a string");

/** A resource amount such as `500m` or `64Mi`; plain numbers become texts. */
export const quantity = v.pipe(
  v.union([text, v.number()], 'expected a quantity such as "500m" or "64Mi"'),
  v.transform(String),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const parsed = parseQuantity(dataset.value);
    if (!parsed.ok) addIssue({ message: parsed.error });
  }),
);

export const quantities = v.record(text, quantity, "expected a map of quantities");
