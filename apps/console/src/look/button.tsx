import type { ReactNode } from 'react';

const looks = {
  main: 'border-accent bg-accent text-on-accent hover:opacity-90',
  plain: 'border-line bg-panel text-ink hover:border-line-strong',
  danger: 'border-bad bg-panel text-bad hover:bg-bad-well',
  alarm: 'border-bad bg-bad text-on-bad hover:opacity-90',
} as const;

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly look?: keyof typeof looks;
  /** What it does, when its content is a sign. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  /** The key that does the same, shown beside the text. */
  readonly shortcut?: string;
}

export function Button({
  children,
  onPress,
  look = 'plain',
  label,
  disabled = false,
  submit = false,
  shortcut,
}: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      aria-label={label}
      title={label}
      aria-keyshortcuts={shortcut}
      disabled={disabled}
      // The second click of a double click is no answer to what the first one put in its place.
      onClick={({ detail }) => detail <= 1 && onPress?.()}
      className={`inline-flex min-h-8 items-center gap-2 rounded-md border px-2.5 py-1 font-medium whitespace-nowrap disabled:opacity-60 ${looks[look]}`}
    >
      {children}
      {shortcut !== undefined && (
        <span aria-hidden="true">
          <Key name={shortcut} />
        </span>
      )}
    </button>
  );
}

export function Key({ name }: { readonly name: string }) {
  return <kbd className="rounded border border-current px-1 font-mono text-xs leading-4">{name}</kbd>;
}
