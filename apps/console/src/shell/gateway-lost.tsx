import { useMessages } from '../language/language.tsx';
import { Moment } from '../look/moment.tsx';

/** Says in the frame that nobody knows how things stand, and since when: what is on the page is what was known then. */
export function GatewayLost({ since }: { readonly since: number }) {
  const messages = useMessages();
  return (
    <div role="alert" className="border-t border-bad bg-bad-well px-3 py-2 text-bad sm:px-5">
      <p className="mx-auto max-w-7xl">
        <strong>{messages.gatewayLost}</strong> {messages.gatewayLostSince}{' '}
        <Moment at={new Date(since).toISOString()} seconds />
        {messages.gatewayLostThen}
      </p>
    </div>
  );
}
