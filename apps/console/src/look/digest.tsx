import { useMessages } from '../language/language.tsx';

/** What a yes is about, to the bit. */
export function Digest({ digest }: { readonly digest: string }) {
  const messages = useMessages();
  return (
    <p className="text-xs text-ink-soft">
      {messages.digest}
      <code className="hostile block font-mono text-ink">{digest}</code>
    </p>
  );
}
