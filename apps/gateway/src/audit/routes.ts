import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { id } from '@clawhold/spec';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { AuditReader } from './reader.ts';

const entry = z
  .object({
    sequence: z.number(),
    time: z.string(),
    type: z.string(),
    actor: z.string(),
    run: z.string().nullable(),
    body: z.record(z.string(), z.unknown()),
  })
  .openapi('LedgerEntry');

const listEntries = createRoute({
  method: 'get',
  path: '/audit/entries',
  operationId: 'listLedgerEntries',
  summary: 'Records of the ledger after a position, at most 500; `after` negative counts from the end.',
  request: { query: z.object({ after: z.coerce.number().int().default(0), run: id('run').optional() }) },
  responses: { 200: json(z.object({ entries: z.array(entry) }), 'The records.'), ...refusedAs() },
});

const tailEntries = createRoute({
  method: 'get',
  path: '/audit/tail',
  operationId: 'tailLedger',
  summary: 'New records of the ledger as server-sent events `entry`.',
  request: { query: z.object({ after: z.coerce.number().int().default(-10) }) },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...refusedAs(),
  },
});

const exportLedger = createRoute({
  method: 'get',
  path: '/audit/export',
  operationId: 'exportLedger',
  summary: 'The whole ledger as NDJSON for the offline verifier.',
  responses: {
    200: { description: 'The export.', content: { 'application/octet-stream': { schema: z.string() } } },
    ...refusedAs(),
  },
});

const getHead = createRoute({
  method: 'get',
  path: '/audit/head',
  operationId: 'getLedgerHead',
  summary: 'The last signed tree head, the heads kept outside the database, and the public key.',
  responses: {
    200: json(
      z
        .object({
          size: z.number(),
          root: z.string().nullable(),
          publicKey: z.string(),
          heads: z.array(z.record(z.string(), z.unknown())),
        })
        .openapi('LedgerHead'),
      'The head.',
    ),
    ...refusedAs(),
  },
});

const pollMilliseconds = 500;

export function auditRoutes(audit: AuditReader): ApiApp {
  const app = newApp();
  app.openapi(listEntries, async (context) => {
    const { after, run } = context.req.valid('query');
    return context.json({ entries: [...(await audit.entries(after, run))] }, 200);
  });
  app.openapi(tailEntries, (context) => {
    const { after } = context.req.valid('query');
    return tail(context, after);
  });
  app.openapi(exportLedger, async () => {
    // node:stream/web and the global types describe the same stream.
    const stream = Readable.toWeb(Readable.from(audit.exportEntries())) as unknown as ReadableStream;
    return new Response(stream, { headers: { 'content-type': 'application/octet-stream' } });
  });
  app.openapi(getHead, async (context) => context.json(await audit.head(), 200));

  function tail(context: Context, after: number): Response {
    return streamSSE(context, async (stream) => {
      let position = after;
      while (!stream.aborted && !stream.closed) {
        const entries = await audit.entries(position);
        for (const found of entries) {
          position = found.sequence;
          await stream.writeSSE({ event: 'entry', id: String(position), data: JSON.stringify(found) });
        }
        if (position < 0) position = 0;
        if (entries.length === 0) await sleep(pollMilliseconds);
      }
    });
  }
  return app;
}
