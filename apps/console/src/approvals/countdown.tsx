import { useEffect, useState } from 'react';
import { useMessages } from '../language/language.tsx';

/** `1:05:09`, `5:09`. */
function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3_600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** How long a person has left. The gateway's clock decides; this one only says. */
export function Countdown({ until }: { readonly until: string }) {
  const messages = useMessages();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span className="text-warn tabular-nums">{messages.timeLeft(clock(Date.parse(until) - now))}</span>;
}
