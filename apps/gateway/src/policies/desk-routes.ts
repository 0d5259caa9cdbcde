import { resolve } from 'node:path';
import { accesses, importFormats, loadPolicy, needsTenant } from '@clawhold/policy';
import { shippedPresets } from '@clawhold/policy/presets';
import { decisionSchema, ruleReferenceSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import { type DeskDocuments, documentText as text } from './desk-documents.ts';
import type { PolicyDesk } from './policy-desk.ts';

const decision = named(decisionSchema, 'Decision');
const example = 'version: 1\nname: default\n';
const rules = z.array(z.string());

/** What is asked is a document, or the policy of an agent: of two, one would be passed over without a word. */
const isOne = (document: string | undefined, agent: string | undefined): boolean =>
  (document === undefined) !== (agent === undefined);
const oneOf = (document: string): string => `name \`${document}\` or \`agent\`, one of the two`;

const test = createRoute({
  method: 'post',
  path: '/policies/test',
  operationId: 'testPolicy',
  summary:
    'Asks a document, below the ceiling in force, the questions of a policy test; with the coverage of its rules.',
  request: {
    body: body(z.strictObject({ source: text, tests: text }), {
      source: example,
      tests: 'tests: [{ name: nothing is open, connect: "example.com:443", expect: deny }]\n',
    }),
  },
  responses: {
    200: json(
      z
        .object({
          passed: z.boolean(),
          results: z.array(
            z.object({
              name: z.string(),
              passed: z.boolean(),
              expected: z.string(),
              actual: z.string(),
              why: z.string(),
            }),
          ),
          covered: rules,
          uncovered: rules,
        })
        .openapi('PolicyTestReport'),
      'How it went.',
    ),
    ...refusedAs('policy_invalid', 'policy_test_invalid', 'policy_too_complex', 'state_desk_busy', 'input_too_large'),
  },
});

const explain = createRoute({
  method: 'post',
  path: '/policies/explain',
  operationId: 'explainPolicy',
  summary: 'How a request is decided, why, and what would allow it; by a draft, or by the policy of an agent in force.',
  request: {
    body: body(
      z
        .strictObject({
          source: text.optional(),
          agent: z.string().optional(),
          url: z.string().max(16_384),
          method: z.string().max(64).default('GET'),
          program: z.string().max(4_096).optional(),
        })
        .refine(({ source, agent }) => isOne(source, agent), oneOf('source')),
      { agent: 'default', url: 'https://api.example.com/a' },
    ),
  },
  responses: {
    200: json(
      z
        .object({
          decision,
          sentence: z.string(),
          lookedAt: z.array(z.object({ rule: ruleReferenceSchema, decides: z.boolean() })),
        })
        .openapi('PolicyExplanation'),
      'The decision.',
    ),
    ...refusedAs('policy_invalid', 'input_url', 'input_unknown_agent', 'policy_too_complex', 'state_desk_busy'),
  },
});

const explainPath = createRoute({
  method: 'post',
  path: '/policies/explain-path',
  operationId: 'explainPath',
  summary: 'What a sandbox may do with a path of the machine; by a draft, or by the policy of an agent in force.',
  request: {
    body: body(
      z
        .strictObject({
          source: text.optional(),
          agent: z.string().optional(),
          path: z.string().max(4_096).startsWith('/', 'a path begins with /'),
        })
        .refine(({ source, agent }) => isOne(source, agent), oneOf('source')),
      { agent: 'default', path: '/srv/reference' },
    ),
  },
  responses: {
    200: json(
      z
        .object({
          access: z.enum(accesses),
          sentence: z.string(),
          notOffered: z.array(ruleReferenceSchema),
        })
        .openapi('PathExplanation'),
      'What it shows of the path; `notOffered` are the rules that name it in vain.',
    ),
    ...refusedAs('policy_invalid', 'input_unknown_agent', 'policy_too_complex', 'state_desk_busy'),
  },
});

const change = z
  .object({
    direction: z.enum(['opens', 'closes']),
    what: z.string(),
    before: z.string(),
    after: z.string(),
    rules: z.object({ before: rules, after: rules }),
    alike: z.number().int(),
  })
  .openapi('PolicyChange');

const accessChange = z
  .object({ direction: z.enum(['opens', 'closes']), path: z.string(), before: z.string(), after: z.string() })
  .openapi('AccessChange');

const diff = createRoute({
  method: 'post',
  path: '/policies/diff',
  operationId: 'diffPolicies',
  summary: 'What a draft opens and closes, by example, beside another document or the policy of an agent in force.',
  request: {
    body: body(
      z
        .strictObject({ before: text.optional(), agent: z.string().optional(), after: text })
        .refine(({ before, agent }) => isOne(before, agent), oneOf('before')),
      { agent: 'default', after: example },
    ),
  },
  responses: {
    200: json(
      z
        .object({
          changes: z.array(change),
          files: z.object({ changes: z.array(accessChange), needsNewSandbox: z.boolean() }),
          asked: z.number().int(),
          limits: z.array(z.string()),
        })
        .openapi('PolicyDiff'),
      'The differences; empty when both decide alike.',
    ),
    ...refusedAs('policy_invalid', 'input_unknown_agent', 'policy_too_complex', 'state_desk_busy', 'input_too_large'),
  },
});

const importing = createRoute({
  method: 'post',
  path: '/policies/import',
  operationId: 'importPolicy',
  summary:
    'Writes a document from what another product reads, never wider than it, with what could not be carried over.',
  request: {
    body: body(
      z.strictObject({
        format: z.enum(importFormats),
        files: z
          .array(z.strictObject({ name: z.string().max(256), source: text }))
          .min(1)
          .max(32),
        anyProgram: z.boolean().default(false),
      }),
      { format: 'openshell', files: [{ name: 'policy.yaml', source: 'version: 1\n' }] },
    ),
  },
  responses: {
    200: json(
      z
        .object({
          source: z.string(),
          notes: z.array(
            z.object({
              file: z.string(),
              line: z.number().int(),
              kind: z.enum(['changed', 'left']),
              sentence: z.string(),
            }),
          ),
        })
        .openapi('ImportedPolicy'),
      'The document.',
    ),
    ...refusedAs('policy_invalid', 'policy_too_complex', 'state_desk_busy', 'input_too_large'),
  },
});

const presets = createRoute({
  method: 'get',
  path: '/policies/presets',
  operationId: 'listPresets',
  summary: 'The policies for services that ship, for documents to extend as `reference`.',
  responses: {
    200: json(
      z
        .object({
          presets: z.array(
            z.object({
              name: z.string(),
              reference: z.string(),
              description: z.string(),
              loads: z.boolean(),
              source: z.string(),
            }),
          ),
        })
        .openapi('PolicyPresets'),
      'The presets; `loads` says whether this installation keeps all of one. For `CUSTOMER` in a reference a document writes the name of its own place.',
    ),
    ...refusedAs(),
  },
});

/** Questions about documents; all of them are answered from what is given and what is in force, and change nothing. */
export function deskRoutes({ documentOf, inForce }: DeskDocuments, desk: PolicyDesk): ApiApp {
  const app = newApp();
  app.openapi(test, async (context) => {
    const { source, tests } = context.req.valid('json');
    const report = await desk.ask('test', {
      document: documentOf('draft.yaml', source),
      tests: { name: 'draft.policy-test.yaml', source: tests },
    });
    const results = report.results.map(({ name, passed, expected, actual, why }) => ({
      name,
      passed,
      expected,
      actual,
      why,
    }));
    return context.json(
      { passed: report.passed, results, covered: [...report.covered], uncovered: [...report.uncovered] },
      200,
    );
  });
  app.openapi(explain, async (context) => {
    const { source, agent, url, method, program } = context.req.valid('json');
    const document = source === undefined ? inForce(agent) : documentOf('draft.yaml', source);
    const explained = await desk.ask('explain', { document, url, method, program });
    return context.json({ ...explained, lookedAt: [...explained.lookedAt] }, 200);
  });
  app.openapi(explainPath, async (context) => {
    const { source, agent, path } = context.req.valid('json');
    const document = source === undefined ? inForce(agent) : documentOf('draft.yaml', source);
    const explained = await desk.ask('explainPath', { document, path: resolve(path) });
    return context.json({ ...explained, notOffered: [...explained.notOffered] }, 200);
  });
  app.openapi(diff, async (context) => {
    const { before, agent, after } = context.req.valid('json');
    const found = await desk.ask('diff', {
      before: before === undefined ? inForce(agent) : documentOf('before.yaml', before),
      after: documentOf('after.yaml', after),
    });
    const changes = found.changes.map(({ question: _question, ...one }) => ({
      ...one,
      rules: { before: [...one.rules.before], after: [...one.rules.after] },
    }));
    const files = { ...found.files, changes: found.files.changes.map((one) => ({ ...one })) };
    return context.json({ changes, files, asked: found.asked, limits: [...found.limits] }, 200);
  });
  app.openapi(importing, async (context) => {
    const { source, notes } = await desk.ask('import', context.req.valid('json'));
    return context.json({ source, notes: notes.map((note) => ({ ...note })) }, 200);
  });
  app.openapi(presets, (context) => {
    const all = Object.entries(shippedPresets()).map(([reference, source]) => {
      const loaded = loadPolicy(source, reference);
      const description = loaded.kind === 'ok' ? (loaded.document.description ?? '') : '';
      return {
        name: reference.replace(/^preset:/, ''),
        reference: needsTenant(source) ? `${reference}/CUSTOMER` : reference,
        description,
        loads: loaded.kind === 'ok',
        source,
      };
    });
    return context.json({ presets: all }, 200);
  });
  return app;
}
