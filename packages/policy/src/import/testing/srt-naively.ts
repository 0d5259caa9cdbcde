/** What settings of sandbox-runtime say about a connection: deny wins, what is not allowed is denied. */
export function srtConnects(
  {
    allowedDomains,
    deniedDomains,
  }: { readonly allowedDomains: readonly string[]; readonly deniedDomains: readonly string[] },
  host: string,
  port: number,
): boolean {
  const fits = (pattern: string): boolean => {
    const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
    if (only !== undefined && Number(only) !== port) return false;
    return (
      name === '*' || name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)) && host !== name.slice(2))
    );
  };
  return allowedDomains.some(fits) && !deniedDomains.some(fits);
}
