import type { ApiClient, ToolPinEntry } from '@clawhold/client';

/** As many as a person can choose from. */
const newest = 30;

/** What stands on the line before the word that is asked about: arguments only. */
type Before = readonly string[];
type List = (api: ApiClient, signal: AbortSignal, before: Before) => Promise<readonly (string | undefined)[]>;

const runs: List = async (api, signal) => {
  const { data } = await api.GET('/runs', { params: { query: { limit: newest } }, signal });
  return (data?.runs ?? []).map(({ id }) => id);
};

const checkpoints: List = async (api, signal, [run = '']) => {
  const { data } = await api.GET('/runs/{run}/checkpoints', { params: { path: { run } }, signal });
  return (data?.checkpoints ?? []).map(({ number, name }) => name ?? String(number));
};

const lostSteps = async (api: ApiClient, signal: AbortSignal) =>
  (await api.GET('/unknown-steps', { signal })).data?.steps ?? [];

const approvals: List = async (api, signal) =>
  ((await api.GET('/approvals', { signal })).data?.approvals ?? []).map(({ id }) => id);

const proposals =
  (state: 'open' | 'accepted' | 'all'): List =>
  async (api, signal) => {
    const { data } = await api.GET('/proposals', { params: { query: { state, limit: newest } }, signal });
    return (data?.proposals ?? []).map(({ id }) => id);
  };

const pins = async (api: ApiClient, signal: AbortSignal): Promise<readonly ToolPinEntry[]> =>
  (await api.GET('/policies/pins', { signal })).data?.pins ?? [];

const secretFiles = async (api: ApiClient, signal: AbortSignal) =>
  (await api.GET('/policies/secret-files', { signal })).data?.files ?? [];

const agents: List = async (api, signal) =>
  ((await api.GET('/agents', { signal })).data?.agents ?? []).map(({ name }) => name);

/**
 * What an argument or an option can be, by its command and its name; without a command by its name alone. What a person
 * could not choose (ended questions, rules that are over) is not there.
 */
export const offers: Readonly<Record<string, List>> = {
  run: runs,
  '--run': runs,
  '--agent': agents,
  'chat name': agents,
  'agent show name': agents,
  'agent upgrade name': agents,
  'agent remove name': agents,
  'agent changes name': agents,
  'agent undo name': agents,
  'settle run': async (api, signal) => (await lostSteps(api, signal)).map(({ run }) => run),
  'settle step': async (api, signal, [run]) =>
    (await lostSteps(api, signal)).filter((lost) => lost.run === run).map(({ step }) => step),
  'restore checkpoint': checkpoints,
  'fork --from': checkpoints,
  'diff --from': checkpoints,
  'diff --to': checkpoints,
  'approvals id': approvals,
  'approve id': approvals,
  'deny id': approvals,
  'run --session': async (api, signal) => {
    const { data } = await api.GET('/runs', { params: { query: { limit: newest } }, signal });
    return (data?.runs ?? []).map(({ session }) => session);
  },
  'run --model': async (api, signal) =>
    ((await api.GET('/models', { signal })).data?.models ?? []).map(({ name }) => name),
  'policy proposals show id': proposals('all'),
  'policy proposals accept id': proposals('open'),
  'policy proposals dismiss id': proposals('open'),
  'policy proposals revoke id': proposals('accepted'),
  'policy proposals list --before': proposals('all'),
  endpoint: async (api, signal) => (await pins(api, signal)).map(({ endpoint }) => endpoint),
  tool: async (api, signal, [endpoint]) =>
    (await pins(api, signal)).filter((pin) => pin.endpoint === endpoint).map((pin) => pin.tool),
  digest: async (api, signal, [endpoint, tool]) =>
    (await pins(api, signal))
      .filter((pin) => pin.endpoint === endpoint && pin.tool === tool)
      .flatMap(({ waiting, pinned }) => [waiting ?? undefined, pinned ?? undefined]),
  'policy labels lower folder': async (api, signal) => (await secretFiles(api, signal)).map(({ folder }) => folder),
  'policy labels lower path': async (api, signal, [folder]) =>
    (await secretFiles(api, signal)).filter((file) => file.folder === folder).map(({ path }) => path),
  'people remove name': async (api, signal) =>
    ((await api.GET('/people', { signal })).data?.people ?? []).map(({ name }) => name),
  'credentials rotate name': credentials,
  'credentials remove name': credentials,
};

async function credentials(api: ApiClient, signal: AbortSignal): Promise<readonly string[]> {
  return ((await api.GET('/credentials', { signal })).data?.credentials ?? []).map(({ name }) => name);
}
