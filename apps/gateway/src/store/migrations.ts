import type { Migration } from 'kysely/migration';
import { up as ledger } from './migrations/0001-ledger.ts';
import { up as controlPlane } from './migrations/0002-control-plane.ts';
import { up as lostAndUnderWay } from './migrations/0003-lost-and-under-way.ts';
import { up as agentManifests } from './migrations/0004-agent-manifests.ts';
import { up as selfCheck } from './migrations/0005-self-check.ts';
import { up as people } from './migrations/0006-people.ts';
import { up as proposals } from './migrations/0007-proposals.ts';
import { up as bursts } from './migrations/0008-bursts.ts';
import { up as conversations } from './migrations/0009-conversations.ts';

/** Every step of the schema, in the order of its name. A step that was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ledger': { up: ledger },
  '0002-control-plane': { up: controlPlane },
  '0003-lost-and-under-way': { up: lostAndUnderWay },
  '0004-agent-manifests': { up: agentManifests },
  '0005-self-check': { up: selfCheck },
  '0006-people': { up: people },
  '0007-proposals': { up: proposals },
  '0008-bursts': { up: bursts },
  '0009-conversations': { up: conversations },
};
