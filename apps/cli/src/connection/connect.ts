import { type ApiClient, createApiClient } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { findManager, homeFolder, readToken } from './home.ts';

export interface Connection {
  readonly api: ApiClient;
  readonly url: string;
  readonly home: string;
}

/**
 * Connects to the Clawhold that runs: at `CLAWHOLD_URL`, for people who are not the account that started it, else on this
 * home. @throws ClawholdError `gateway_not_running`, `auth_no_token`.
 */
export function connect(home: string = homeFolder()): Connection {
  const url = process.env['CLAWHOLD_URL'] ?? findManager(home)?.url;
  if (url === undefined)
    throw new ClawholdError('gateway_not_running', 'Clawhold is not running.', {
      hint: 'Start it with: npx clawhold up',
    });
  const authorization = `Bearer ${readToken(home)}`;
  return { api: createApiClient({ origin: url, headers: () => ({ authorization }) }), url, home };
}
