import { useEffect, useState } from 'react';

/** `1:05:09`, `5:09`. */
function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3_600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

interface CountdownProps {
  /** ISO 8601. */
  readonly until: string;
  /** Says it: how much is left, and what happens then. */
  readonly say: (clock: string) => string;
}

/** How long a person has left. The gateway's clock decides; this one only says. */
export function Countdown({ until, say }: CountdownProps) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span className="text-warn tabular-nums">{say(clock(Date.parse(until) - now))}</span>;
}
