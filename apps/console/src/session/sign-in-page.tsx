import { useMessages } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import { Notice } from '../look/notice.tsx';
import { ThemeSwitch } from '../theme/theme-switch.tsx';
import type { SignInResult } from './sign-in.ts';

/** What a person without a session sees: how to get one. */
export function SignInPage({ result }: { readonly result: SignInResult }) {
  const messages = useMessages();
  return (
    <div className="mx-auto flex min-h-screen max-w-md flex-col justify-center gap-5 p-6">
      <header className="flex items-center gap-3">
        <img src="/mark.svg" alt="" width="32" height="32" />
        <h1 className="text-xl font-semibold">Clawhold</h1>
        <span className="ml-auto flex gap-2">
          <LanguageSwitch />
          <ThemeSwitch />
        </span>
      </header>
      <main className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-6">
        {result === 'refused' && <Notice tone="bad">{messages.signInRefused}</Notice>}
        {result === 'unreachable' && <Notice tone="bad">{messages.unreachable}</Notice>}
        <h2 className="text-base font-semibold">{messages.signInTitle}</h2>
        <p>{messages.signInHow}</p>
        <pre className="rounded-md bg-well px-3 py-2 font-mono">npx clawhold console</pre>
        <p className="text-ink-soft">{messages.signInWhy}</p>
      </main>
    </div>
  );
}
