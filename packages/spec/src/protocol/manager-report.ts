import type { ErrorCode } from '../clawhold-error.ts';

/** What the manager tells whoever started it, one JSON object a line on stdout. The CLI draws it. */
export type ManagerReport =
  | { readonly kind: 'step'; readonly name: string; readonly state: 'started' | 'done'; readonly milliseconds?: number }
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly tier: string;
      readonly firstStart: boolean;
      readonly milliseconds: number;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint?: string };
