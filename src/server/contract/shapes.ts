import { type Static, type TOptional, type TSchema, type TUnsafe, Type } from 'typebox';

/** A key that may be missing, or undefined in the program. */
export function maybe<S extends TSchema>(schema: S): TOptional<TUnsafe<Static<S> | undefined>> {
  return Type.Optional(Type.Unsafe<Static<S> | undefined>(schema));
}

/** A list that nobody changes. */
export function rows<S extends TSchema>(schema: S): TUnsafe<readonly Static<S>[]> {
  return Type.Unsafe<readonly Static<S>[]>(Type.Array(schema));
}

/** A time as answers and requests hold it. */
export function time(description: string) {
  return Type.Integer({ description: `${description}, in milliseconds since 1970` });
}
