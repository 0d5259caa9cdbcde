import { limits } from '@clawhold/spec';

/** What stands at the root: everything that a model needs to know to use the rest. */
export const indexDocument = {
  name: 'policy.local',
  what: 'What this sandbox may reach, what was refused, and how to ask a person for more. Nothing here changes a rule: you ask, a person decides, and what a person grants is narrow, ends, and may be used a few times only.',
  ways: [
    {
      method: 'GET',
      path: '/policy',
      what: 'The rules of this sandbox about the network, and what was granted to it.',
    },
    {
      method: 'GET',
      path: '/denials',
      what: `The last ${limits.rememberedDenials} requests of this sandbox that were refused, each with an id and whether it may be asked for.`,
    },
    {
      method: 'POST',
      path: '/proposals',
      what: 'Asks for exactly these requests, all to one host: by the ids of denials, or written out. Patterns and whole sites cannot be asked for. Asking twice for the same is asking once.',
      headers: { 'content-type': 'application/json' },
      examples: [
        { denials: ['d1'], why: 'The build needs the list of releases.' },
        {
          requests: [{ method: 'GET', url: 'https://api.example.com/v1/releases' }],
          why: 'The build needs the list of releases.',
        },
      ],
    },
    { method: 'GET', path: '/proposals', what: 'What this sandbox asked for.' },
    {
      method: 'GET',
      path: `/proposals/{id}?wait=${limits.policyWaitSeconds}`,
      what: `What became of it. With "wait" the answer comes when somebody decided, or after so many seconds (at most ${limits.policyWaitSeconds}). States: open, accepted, dismissed, expired, revoked.`,
    },
  ],
  bounds: {
    requestsInAMinute: limits.policyRequestsPerMinute,
    bodyBytes: limits.policyRequestBytes,
    proposalsOfThisRun: limits.runProposals,
    requestsOfAProposal: limits.proposalRequests,
    charactersOfWhy: limits.proposalCharacters,
  },
  advice:
    'Say in "why" what you need it for, in one sentence for a person who does not know you. Go on with other work while you wait; without an answer the answer is no.',
} as const;
