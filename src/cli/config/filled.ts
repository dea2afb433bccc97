/** Fields over their defaults, as a type: what has a default is there. */

/** `Fields` in which everything that `Defaults` has, at any depth, can be relied on. */
export type Filled<Fields, Defaults> =
  & Fields
  & {
    readonly [K in keyof Defaults & keyof Fields]-?: FilledField<
      NonNullable<Fields[K]>,
      Defaults[K]
    >;
  };

type FilledField<Field, Default> = Default extends readonly unknown[] ? Field
  : Default extends object ? Filled<Field, Default>
  : Field;
