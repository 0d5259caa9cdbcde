import type { House } from './house.ts';
import { inOrder } from './scripted-model.ts';

/** A run with one of everything: plan, parallel reads, an effect, a question to a person, a check, an end. */
export function prepareErrand(house: House): void {
  house.data.tools = {
    'file.list': () => 'OUTPUT-of-list',
    'file.read': () => 'OUTPUT-of-read',
    'file.write': () => 'written',
    'http.fetch': ({ approval }) => (approval === undefined ? 'ask' : 'posted'),
  };
  house.script = inOrder(
    {
      text: 'PROSE of the model',
      calls: [{ tool: 'plan_update', arguments: { items: [{ title: 'write', state: 'active' }] } }],
    },
    {
      calls: [
        { tool: 'file_list', arguments: {} },
        { tool: 'file_read', arguments: { path: 'ARGUMENT.txt' } },
      ],
    },
    { calls: [{ tool: 'file_write', arguments: { path: 'b.txt', content: 'hello' } }] },
    { calls: [{ tool: 'http_fetch', arguments: { url: 'http://finance.local/postings', method: 'POST' } }] },
    { calls: [{ tool: 'plan_update', arguments: { items: [{ title: 'write', state: 'done' }] } }] },
    {
      calls: [
        {
          tool: 'task_complete',
          arguments: { summary: 'SUMMARY of it all', checks: [{ demand: 'b.txt', evidence: 'read it' }] },
        },
      ],
    },
  );
}

/** Says yes to whatever is asked, as soon as it is asked. */
export function approveEverything(house: House): void {
  const { boundary } = house;
  house.boundary = async (name) => {
    if (name.startsWith('before awaitApproval'))
      for (const id of house.plane.approvals.keys())
        if (house.plane.approvals.get(id)?.state === 'pending') house.plane.decide(id, 'approved');
    await boundary(name);
  };
}
