import type { Target } from '../target/target.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { basicSightings, fillBasic, readBasic } from './basic.ts';
import { findPlaceholders, neutralText, placeholderMark } from './placeholder.ts';
import { fillPairs, pairSightings } from './query.ts';
import { type Sighting, sightingsIn } from './sighting.ts';

/** The parts of a request in which a credential can stand before its body. */
export interface RequestLines {
  readonly target: Target;
  readonly fields: readonly Field[];
}

const lowerMark = placeholderMark.toLowerCase();
const scheme = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +/;
/** As signers of AWS begin. */
const signature = /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\//;

/** Where placeholders stand in the head of a request. */
export function headSightings({ target, fields }: RequestLines): readonly Sighting[] {
  if (target.query === '' && !target.path.includes(placeholderMark) && !fields.some(mayHold)) return nothing;
  return [
    ...sightingsIn(target.path, 'path'),
    ...(target.query === '' ? [] : pairSightings(target.query, 'query')),
    ...fields.filter(mayHold).flatMap(fieldSightings),
  ];
}

const nothing: readonly Sighting[] = [];

/** Most fields hold nothing, and that is seen faster than how. Names come in lower case. */
function mayHold({ name, value }: Field): boolean {
  return name === 'authorization' || value.includes(placeholderMark) || name.includes(lowerMark);
}

function fieldSightings({ name, value }: Field): readonly Sighting[] {
  const named = name.includes(lowerMark) ? sightingsIn(name.toUpperCase(), undefined) : [];
  if (name !== 'authorization' && !value.includes(placeholderMark)) return named;
  if (name === 'authorization') {
    const basic = readBasic(value);
    if (basic !== undefined) return [...named, ...basicSightings(basic)];
    const key = signature.exec(value)?.[1];
    if (key !== undefined) {
      const others = sightingsIn(value.replace(key, ''), undefined);
      return [...named, ...sightingsIn(key, 'sigv4'), ...others];
    }
  }
  const bare = value.replace(scheme, '');
  const isToken = findPlaceholders(bare).length === 1 && !/[\s,;]/.test(bare);
  return [...named, ...sightingsIn(isToken ? bare : value, `header:${name}`)];
}

/** The target with neutral text for whatever has the form of a placeholder: what is decided, recorded and shown. */
export function neutralTarget(target: Target, wholes: ReadonlySet<string>): Target {
  let { path, query } = target;
  for (const whole of wholes) {
    path = path.replaceAll(whole, neutralText);
    query = query.replaceAll(whole, neutralText);
  }
  return { ...target, path, query };
}

/** Writes the texts in place of their placeholders. A text that would be read as something else there is a fault. */
export function fillHead({ target, fields }: RequestLines, texts: ReadonlyMap<string, string>): RequestLines | Fault {
  let { path } = target;
  for (const [placeholder, text] of texts) {
    if (!path.includes(placeholder)) continue;
    if (/[/\\?#%\p{Cc}]|^\.{1,2}$/u.test(text)) return unfit;
    path = path.replaceAll(placeholder, () => writeInPath(text));
  }
  const query = target.query === '' ? '' : fillPairs(target.query, texts);
  const filled: Field[] = [];
  for (const field of fields) {
    const value = fillField(field, texts);
    if (value === undefined || !/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$|^$/.test(value)) return unfit;
    filled.push({ name: field.name, value });
  }
  return { target: { ...target, path, query }, fields: filled };
}

function fillField({ name, value }: Field, texts: ReadonlyMap<string, string>): string | undefined {
  const basic = name === 'authorization' ? readBasic(value) : undefined;
  if (basic !== undefined) return texts.has(basic.user) || texts.has(basic.password) ? fillBasic(basic, texts) : value;
  const before = scheme.exec(value)?.[0] ?? '';
  const rest = texts.get(value.slice(before.length));
  return rest === undefined ? value : before + rest;
}

// RFC 3986, 3.3: what may stand in a segment as it is.
function writeInPath(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@]/gu, encodeURIComponent);
}

const unfit: Fault = fault(
  'credential_form',
  'The credential has a character that cannot stand where it would go.',
  502,
);
