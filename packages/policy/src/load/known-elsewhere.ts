/** The sentence for a key that people know from elsewhere and that no version of the language has. */
export function knownElsewhere(place: string): string | undefined {
  if (/\.advisor_proposed$|\.provider_credentialed$/.test(place))
    return 'That is a note of a running system to itself, which no document may hold. Remove the key.';
  return undefined;
}

/** The same for the value of `protocol`. */
export function unknownProtocol(value: unknown): string | undefined {
  if (value === 'sql')
    return '`protocol: sql` is read by no version; `tcp` lets a database connection through unread, to the host that you name.';
  if (value === 'http' || value === 'https') return 'Write `protocol: rest` for HTTP requests; `tls` says the rest.';
  if (typeof value === 'string' && value !== value.toLowerCase())
    return `Write \`protocol: ${value.toLowerCase()}\` in small letters.`;
  return undefined;
}
