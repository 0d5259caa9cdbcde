/** What of a request tells where it came from. All values as received, undefined when absent. */
export interface RequestOrigin {
  readonly method: string;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

const reading = new Set(['GET', 'HEAD']);

/**
 * Whether a browser may make this request with a session cookie: reads need `Sec-Fetch-Site` same-origin or none,
 * writes the exact `Origin`. Returns why not, or undefined.
 */
export function originRefusal(request: RequestOrigin, own: ReadonlySet<string>): string | undefined {
  if (request.origin !== undefined && !own.has(request.origin))
    return 'The request came from another site than the console.';
  if (reading.has(request.method)) {
    if (request.fetchSite === 'same-origin' || request.fetchSite === 'none') return undefined;
    return 'The request does not say that it came from the console.';
  }
  return request.origin === undefined ? 'The request does not say where it came from.' : undefined;
}
