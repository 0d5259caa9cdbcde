import { foldKey } from '../request/strict-json.ts';

/** More values, however deep, are not looked at: an expression with two loops takes their square in steps. */
const maximumValues = 1_000;

/**
 * Makes a check whether a condition that names these keys means the same to every program that reads the values: there are not
 * too many, no key is written in another way than the condition writes it (Go's decoder takes `Force` for `force`, which
 * `has(args.force)` does not), and below the named keys no number is beyond what all parsers hold exactly (RFC 7493, 2.2).
 */
export function plainValues(names: ReadonlySet<string>): (values: unknown) => boolean {
  const folded = new Set([...names].map(foldKey));
  return (values) => {
    let left = maximumValues;
    const isPlain = (value: unknown, isNamed: boolean): boolean => {
      if (--left < 0) return false;
      if (typeof value === 'number')
        return !isNamed || (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value));
      if (typeof value !== 'object' || value === null) return true;
      if (Array.isArray(value)) return value.every((inner) => isPlain(inner, isNamed));
      return Object.entries(value).every(([key, inner]) => {
        const named = names.has(key);
        return (named || !folded.has(foldKey(key))) && isPlain(inner, isNamed || named);
      });
    };
    return isPlain(values, names.size === 0);
  };
}
