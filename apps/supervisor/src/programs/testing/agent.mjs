// A small agent as somebody else would write it: the chat wire of OpenAI, three tools of its own, and a loop. It knows
// nothing of the platform.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const tools = {
  bash: ({ cmd }) => execFileSync('/bin/sh', ['-c', cmd], { encoding: 'utf8', stdio: 'pipe' }),
  edit: ({ path, old_text, new_text }) => {
    writeFileSync(path, readFileSync(path, 'utf8').replace(old_text, new_text));
    return 'edited';
  },
  fetch: async ({ url }) => {
    const answer = await fetch(url);
    return `${answer.status} ${answer.headers.get('x-clawhold-decision')}`;
  },
};

const declared = Object.keys(tools).map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object' } },
}));

async function think(messages) {
  const answer = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
    body: JSON.stringify({ model: process.env.CLAWHOLD_MODEL, stream: true, messages, tools: declared }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const message = { role: 'assistant', content: '', tool_calls: [] };
  for (const line of (await answer.text()).split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const { error, choices } = JSON.parse(line.slice(6));
    if (error !== undefined) throw new Error(error.message);
    const { delta } = choices[0];
    message.content += delta.content ?? '';
    message.tool_calls.push(...(delta.tool_calls ?? []));
  }
  return message;
}

const messages = [{ role: 'user', content: process.argv[2] ?? readFileSync(0, 'utf8') }];
for (;;) {
  const message = await think(messages);
  const { content, tool_calls } = message;
  messages.push(tool_calls.length === 0 ? { role: 'assistant', content } : message);
  if (tool_calls.length === 0) {
    process.stdout.write(`${content}\n`);
    break;
  }
  for (const { id, function: call } of tool_calls) {
    const result = await Promise.try(tools[call.name], JSON.parse(call.arguments)).catch((error) => error.message);
    messages.push({ role: 'tool', tool_call_id: id, content: String(result) });
  }
}
