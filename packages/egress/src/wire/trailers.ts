import { endToEndFields } from './end-to-end.ts';
import type { Field } from './field.ts';
import { overrideInFields } from './override.ts';

/**
 * Fields that say how a message is read, routed, trusted or stored. Behind its content they come too late for whoever
 * looked before (RFC 9110, 6.5.1), and some recipients merge them with the head all the same.
 */
const headOnly: ReadonlySet<string> = new Set(
  (
    'age authorization cache-control content-encoding content-range content-type cookie date expires ' +
    'if-match if-modified-since if-none-match if-range if-unmodified-since location max-forwards pragma range ' +
    'retry-after set-cookie vary warning www-authenticate'
  ).split(' '),
);

/** The trailers that are passed on: a gRPC status, a checksum. */
export function passedTrailers(fields: readonly Field[]): readonly Field[] {
  if (fields.length === 0) return fields;
  return endToEndFields(fields).filter((field) => !headOnly.has(field.name) && overrideInFields([field]) === undefined);
}
