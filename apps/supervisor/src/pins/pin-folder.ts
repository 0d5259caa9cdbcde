import { ClawholdError, toolPinSchema } from '@clawhold/spec';
import { z } from 'zod';
import { type KeyedFolder, openKeyedFolder } from '../disk/keyed-folder.ts';

const pinnedEndpointSchema = z.object({ endpoint: z.string(), tools: z.array(z.tuple([z.string(), toolPinSchema])) });
/** An endpoint with the pins of its tools by their names. */
export type PinnedEndpoint = z.infer<typeof pinnedEndpointSchema>;

/** The pins of an installation on disk. Reading throws ClawholdError `supervisor_tool_pins`: nobody could say what was pinned. */
export function openPinFolder(folder: string): Promise<KeyedFolder<PinnedEndpoint>> {
  return openKeyedFolder({
    folder,
    schema: pinnedEndpointSchema,
    keyOf: ({ endpoint }) => endpoint,
    unreadable: (path, cause) =>
      new ClawholdError('supervisor_tool_pins', `${path} cannot be read, so nobody knows what was pinned.`, {
        hint: 'Bring it back from a backup, or remove it: then the next descriptions of its endpoint are pinned anew.',
        cause,
      }),
  });
}
