import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { answer, api } from '../api/api.ts';
import { Pending } from '../look/pending.tsx';

const IsOperator = createContext(false);

/** Asks who signed in, and shows nothing before that is known: an approver is refused whatever is not about questions. */
export function RoleProvider({ children }: { readonly children: ReactNode }) {
  const person = useQuery({
    queryKey: ['session'],
    queryFn: () => answer(api.GET('/session')),
    staleTime: Number.POSITIVE_INFINITY,
    // Until the gateway is back, as every page does.
    refetchInterval: ({ state }) => (state.data === undefined ? 1_500 : false),
  });
  return (
    <Pending query={person}>{({ role }) => <IsOperator value={role === 'operator'}>{children}</IsOperator>}</Pending>
  );
}

/** Whether the person may do everything; if not, they may answer questions. */
export function useIsOperator(): boolean {
  return useContext(IsOperator);
}
