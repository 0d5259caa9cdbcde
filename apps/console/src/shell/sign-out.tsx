import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { session } from '../session/session.ts';
import { queryClient } from './query-client.ts';

export function SignOut() {
  const messages = useMessages();
  const signOut = useMutation({
    mutationFn: () => api.POST('/sign-out'),
    // The page forgets its half in any case: what a gateway that is gone still knows is useless without it.
    onSettled: () => {
      session.end();
      queryClient.clear();
    },
  });
  return <Button onPress={() => signOut.mutate()}>{messages.signOut}</Button>;
}
