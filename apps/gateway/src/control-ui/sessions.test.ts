import { limits, type RunId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { agentOfHost, controlUiHost } from './address.ts';
import { PageSessions } from './sessions.ts';

const visit = { person: 'operator', agent: 'mia', run: 'run_0123456789' as RunId }; // an id as ours are

function sessionsAt() {
  const clock = { now: 0 };
  return { clock, sessions: new PageSessions(() => clock.now) };
}

test(verifies('agents.control-ui-apart', 'a link works once, soon, and at the page it is for'), () => {
  const { clock, sessions } = sessionsAt();
  const ticket = sessions.newTicket(visit);
  expect(sessions.exchange(`${ticket}x`, 'mia')).toBeUndefined();
  const cookie = sessions.exchange(ticket, 'mia') ?? '';
  expect(sessions.check(cookie, 'mia')).toMatchObject(visit);
  expect(sessions.check(cookie, 'ben')).toBeUndefined();
  expect(sessions.check(ticket, 'mia')).toBeUndefined();
  expect(sessions.exchange(ticket, 'mia')).toBeUndefined();

  const others = sessions.newTicket(visit);
  expect(sessions.exchange(others, 'ben')).toBeUndefined();
  expect(sessions.exchange(others, 'mia')).toBeUndefined();

  const late = sessions.newTicket(visit);
  clock.now += limits.controlUiTicketSeconds * 1_000 + 1;
  expect(sessions.exchange(late, 'mia')).toBeUndefined();
});

test(verifies('agents.control-ui-ends', 'when nobody uses it, after half a day, and with whatever ends it'), () => {
  const { clock, sessions } = sessionsAt();
  const open = () => {
    const cookie = sessions.exchange(sessions.newTicket(visit), 'mia') ?? '';
    const session = sessions.check(cookie, 'mia');
    if (session === undefined) throw new Error('There is no session.');
    return { cookie, session };
  };
  const idle = open();
  const used = open();
  const step = limits.controlUiSessionSeconds * 500;
  clock.now += step;
  // A page can ask for itself as often as it wants.
  expect(sessions.check(idle.cookie, 'mia')).toBeDefined();
  sessions.use(used.session);
  clock.now += step + 1;
  sessions.sweep();
  expect(idle.session.ended.aborted).toBe(true);
  expect(used.session.ended.aborted).toBe(false);
  while (clock.now <= limits.consoleSessionSeconds * 1_000) {
    expect(sessions.check(used.cookie, 'mia')).toBeDefined();
    sessions.use(used.session);
    clock.now += step;
  }
  expect(sessions.check(used.cookie, 'mia')).toBeUndefined();
  expect(used.session.ended.aborted).toBe(true);

  const last = open();
  const ticket = sessions.newTicket(visit);
  sessions.end(({ person }) => person === 'ada');
  expect(last.session.ended.aborted).toBe(false);
  sessions.end(({ person }) => person === 'operator');
  expect(last.session.ended.aborted).toBe(true);
  expect(sessions.exchange(ticket, 'mia')).toBeUndefined();
});

test(verifies('agents.control-ui-apart', 'a host names one agent, in one spelling'), () => {
  expect(agentOfHost('agent-mia.localhost:7777', 7777)).toBe('mia');
  expect(agentOfHost('agent-agent-mia.localhost:7777', 7777)).toBe('agent-mia');
  for (const host of [
    'agent-mia.localhost',
    'agent-mia.localhost:7778',
    'agent-mia.localhost:07777',
    'agent-mia.localhost.:7777',
    'agent-.localhost:7777',
    'agent-mia.x.localhost:7777',
    'agent-mia-.localhost:7777',
    'x.agent-mia.localhost:7777',
    `agent-${'m'.repeat(58)}.localhost:7777`,
    'localhost:7777',
  ])
    expect(agentOfHost(host, 7777), host).toBeUndefined();
  expect(controlUiHost('m'.repeat(57), 7777)).toBeDefined();
  expect(controlUiHost('m'.repeat(58), 7777)).toBeUndefined();
});
