import { useLanguage } from '../language/language.tsx';

interface MomentProps {
  /** ISO 8601. */
  readonly at: string;
  /** Today's are shown without their date. */
  readonly timeOnly?: boolean;
  /** For what happens close together. */
  readonly seconds?: boolean;
}

export function Moment({ at, timeOnly = false, seconds = false }: MomentProps) {
  const { locale } = useLanguage();
  const moment = new Date(at);
  const text = timeOnly
    ? moment.toLocaleTimeString(locale, { hour12: false })
    : moment.toLocaleString(locale, { dateStyle: 'medium', timeStyle: seconds ? 'medium' : 'short' });
  return (
    <time dateTime={at} title={moment.toLocaleString(locale)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}
