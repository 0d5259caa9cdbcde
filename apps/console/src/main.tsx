import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { LanguageProvider } from './language/language.tsx';
import { RoleProvider } from './session/role.tsx';
import { useSignedIn } from './session/session.ts';
import { type SignInResult, signIn, takeCode } from './session/sign-in.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { queryClient } from './shell/query-client.ts';
import { router } from './shell/router.tsx';
import './style.css';
import { applyTheme } from './theme/theme.ts';

function Console({ result }: { readonly result: SignInResult }) {
  if (!useSignedIn()) return <SignInPage result={result} />;
  return (
    <RoleProvider>
      <RouterProvider router={router} />
    </RoleProvider>
  );
}

// Before anything else runs: the code leaves the address bar.
const code = takeCode();
applyTheme();
const result = await signIn(code);
const place = document.getElementById('console');
if (place !== null)
  createRoot(place).render(
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <Console result={result} />
      </QueryClientProvider>
    </LanguageProvider>,
  );
