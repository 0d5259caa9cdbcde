import { useLanguage } from '../language/language.tsx';

interface MomentProps {
  /** ISO 8601. */
  readonly at: string;
  /** Today's are shown without their date. */
  readonly timeOnly?: boolean;
}

export function Moment({ at, timeOnly = false }: MomentProps) {
  const { language } = useLanguage();
  const moment = new Date(at);
  const text = timeOnly
    ? moment.toLocaleTimeString(language, { hour12: false })
    : moment.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <time dateTime={at} title={moment.toLocaleString(language)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}
