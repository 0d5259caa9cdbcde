import { z } from 'zod';
import { mainSession } from './gateway-wire.ts';

/** The one conversation that a page is for, by both of its names. */
export const mainSessionSchema: z.ZodType<string> = z.enum(['main', mainSession]);

const agentId = z.literal('main').optional();
const amount = z.int().min(1).max(1_000_000).optional();
const nothing = z.object({}).default({});
const conversation = z.object({ sessionKey: mainSessionSchema, agentId });
const history = conversation.extend({
  limit: amount,
  maxBytes: amount,
  maxChars: amount,
  offset: z.int().min(0).optional(),
});
const key = z.object({ key: mainSessionSchema, agentId });

/**
 * What a page may ask an OpenClaw gateway for, and with which parameters: to see who the agent is, and its main conversation. What is not
 * named is left out. Everything else is refused: other conversations, answers to questions, its configuration, skills, plugins, updates,
 * timed jobs, devices, secrets, terminals, files, and what a later version adds.
 */
export const pageMethods: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['agent.identity.get', z.object({ agentId })],
  ['agents.list', nothing],
  ['chat.history', history],
  ['chat.metadata', conversation],
  ['chat.startup', history],
  ['health', nothing],
  ['models.list', conversation.extend({ view: z.literal('configured').optional() })],
  ['sessions.describe', key],
  ['sessions.messages.subscribe', key],
  ['sessions.messages.unsubscribe', key],
]);

/** What the page of OpenClaw 2026.9.6 asks for by itself wherever it is opened, to show other rooms of its own. It is refused as well. */
export const usualMethods: ReadonlySet<string> = new Set([
  'board.get',
  'config.get',
  'controlUi.sessionPullRequests.subscribe',
  'cron.list',
  'cron.status',
  'models.authStatus',
  'plugins.controlUi.list',
  'progressCard.get',
  'projects.list',
  'question.list',
  'session.discussion.info',
  'sessions.branches.list',
  'sessions.catalog.list',
  'sessions.companion.state',
  'sessions.groups.defaults',
  'sessions.groups.list',
  'sessions.list',
  'sessions.observer.visibility',
  'sessions.subscribe',
  'sessions.viewers.set',
  'system.info',
  'talk.catalog',
  'taskSuggestions.list',
  'tasks.list',
]);

/** What the platform does itself when a page asks for it. */
export const platformMethods = ['chat.abort', 'chat.send'] as const;

/** What a page hears without asking. */
export const pageEvents: readonly string[] = [
  'agent',
  'chat',
  'connect.challenge',
  'health',
  'session.message',
  'session.tool',
  'shutdown',
  'tick',
];
