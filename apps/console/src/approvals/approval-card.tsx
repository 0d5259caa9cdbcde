import type { Approval } from '@clawhold/client';
import { HostileText, Marked } from '../hostile-text/hostile-text.tsx';
import { WalkedCard } from '../keyboard/walked-card.tsx';
import type { Walked } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Countdown } from '../look/countdown.tsx';
import { Digest } from '../look/digest.tsx';
import { OpenRunLink } from '../runs/open-run-link.tsx';
import { Agreement } from './agreement.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { RenderedFields } from './rendered-fields.tsx';

interface ApprovalCardProps extends Walked {
  readonly approval: Approval;
}

/** A question to a person: why it is asked, every field of what would happen, and the two answers below all of it. */
export function ApprovalCard({ approval, selected, walkedTo }: ApprovalCardProps) {
  const messages = useMessages();
  const { rendered, reasons } = approval;
  return (
    <WalkedCard
      selected={selected}
      walkedTo={walkedTo}
      title={<Marked shown={rendered.title} />}
      aside={<Countdown until={approval.expires} say={messages.timeLeft} />}
      footer={
        <>
          <AnswerBar key={rendered.digest} approval={approval} selected={selected} />
          <OpenRunLink run={approval.run} />
        </>
      }
    >
      <div>
        <h3 className="text-xs font-medium text-ink-soft">{messages.why}</h3>
        <ul className="list-disc pl-5">
          {[...new Set(reasons.map(({ text }) => text))].map((text) => (
            <li key={text} className="font-medium">
              <HostileText text={text} />
            </li>
          ))}
        </ul>
      </div>
      <Agreement approval={approval} />
      <RenderedFields of={approval.id} rendered={rendered} />
      <Digest digest={rendered.digest} />
    </WalkedCard>
  );
}
