import { dirname } from 'node:path';

/** The root of the checkout. */
export const checkout: string = dirname(import.meta.dirname);
