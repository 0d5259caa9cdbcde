import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Scroller } from '../look/scroller.tsx';
import { decisionTones } from './decision-view.tsx';
import type { Request } from './story.ts';

/** Every request that left, or was kept from leaving. */
export function NetworkTable({ requests }: { readonly requests: readonly Request[] }) {
  const messages = useMessages();
  if (requests.length === 0) return <Nothing>{messages.noNetwork}</Nothing>;
  return (
    <Scroller label={messages.network} className="rounded-lg border border-line bg-panel">
      <table className="w-full text-left">
        <thead className="border-b border-line text-xs text-ink-soft">
          <tr>
            {[
              messages.time,
              messages.decided,
              messages.method,
              messages.address,
              messages.status,
              messages.sent,
              messages.received,
            ].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {requests.map(({ sequence, time, body }) => (
            <tr key={sequence} className="align-top">
              <td className="px-3 py-1.5 text-xs text-ink-soft">
                <Moment at={time} timeOnly />
              </td>
              <td className="px-3 py-1.5">
                <Badge tone={decisionTones[body.decision]}>{messages.decision[body.decision]}</Badge>
              </td>
              <td className="px-3 py-1.5 font-mono">
                <HostileText text={body.method} first={20} />
              </td>
              <td className="min-w-60 px-3 py-1.5 font-mono">
                <HostileText text={body.url} first={200} />
              </td>
              <td className="px-3 py-1.5 tabular-nums">{body.status ?? '–'}</td>
              <td className="px-3 py-1.5 whitespace-nowrap tabular-nums">{messages.bytes(body.requestBytes)}</td>
              <td className="px-3 py-1.5 whitespace-nowrap tabular-nums">{messages.bytes(body.responseBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
