import { ClawholdError } from '@clawhold/spec/error';

const unreachable = /^(E?CONN\w*|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E5\d\d)$/;

/** One clear sentence for a failed `npm ci`. @param said what it wrote to standard error, the last lines of it. */
export function npmFailure(status: number | null, said: readonly string[]): ClawholdError {
  const errors = said.flatMap((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1] ?? []);
  const code = errors.flatMap((line) => /^code (\S+)/.exec(line)?.[1] ?? [])[0] ?? '';
  const why =
    errors.find((line) => !/^(code|errno|syscall|network|type|path|A complete log)\b/.test(line)) ?? said.at(-1);
  if (unreachable.test(code))
    return new ClawholdError('host_registry_unreachable', `The npm registry cannot be reached (${code}).`, {
      hint: 'It is the one that "npm config get registry" names. What was fetched is kept, so try again.',
    });
  if (code === 'EINTEGRITY')
    return new ClawholdError(
      'input_agent_integrity',
      'A package is not the one that Clawhold pins, so nothing was installed.',
      {
        hint: 'Its digest differs from the lock file that ships: the registry, or somebody before it, hands out something else.',
      },
    );
  if (code === 'E401' || code === 'E403')
    return new ClawholdError('host_registry_refused', `The npm registry wants a sign-in (${code}).`, {
      hint: 'Put its token into your ~/.npmrc, then try again.',
    });
  if (code === 'ENOSPC') return new ClawholdError('host_disk_full', 'The disk is full, so nothing was installed.');
  if (status === 126 || status === 127)
    return new ClawholdError('host_npm_missing', 'The account that installs agents may not run npm.', {
      hint: 'Install npm for the whole machine (Debian: apt install npm), not in a home folder.',
    });
  return new ClawholdError('host_npm_failed', `npm could not install it: ${why ?? `it ended with status ${status}`}`, {
    hint: 'Try again; what was fetched is kept.',
  });
}
