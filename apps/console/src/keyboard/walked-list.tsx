import type { ReactNode } from 'react';
import { useListKeys } from './list-keys.ts';

/** Where the keyboard stands in a list. */
export interface Walked {
  /** Whether the keys that answer are about this one. */
  readonly selected: boolean;
  /** Whether the person came here with j or k, so that the page follows. */
  readonly walkedTo: boolean;
}

interface WalkedListProps<Item> {
  readonly items: readonly Item[];
  readonly children: (item: Item, walked: Walked) => ReactNode;
}

/** What waits for an answer, one of which the keyboard speaks about: the first, until j and k choose another. */
export function WalkedList<Item extends { readonly id: string }>({ items, children }: WalkedListProps<Item>) {
  const walked = useListKeys(items.map(({ id }) => id));
  const chosen = walked ?? items[0]?.id;
  if (items.length === 0) return null;
  return (
    <ul className="flex flex-col gap-4">
      {items.map((item) => (
        <li key={item.id}>{children(item, { selected: item.id === chosen, walkedTo: item.id === walked })}</li>
      ))}
    </ul>
  );
}
