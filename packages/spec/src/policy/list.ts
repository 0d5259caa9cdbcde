import { z } from 'zod';

/** A list with something in it: nobody can tell whether an empty one means everything or nothing. */
export function filled<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).min(1, 'an empty list says nothing; remove the key, or write what belongs in it');
}
