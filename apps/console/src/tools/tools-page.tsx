import { WalkedList } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Panel } from '../look/panel.tsx';
import { Pending } from '../look/pending.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { PinnedTool } from './pinned-tool.tsx';
import { isWithheld, type ListedTool, useToolPins } from './queries.ts';
import { WithheldTool } from './withheld-tool.tsx';

/** The MCP tools whose descriptions are pinned: those that wait for a person first. */
export function ToolsPage() {
  const messages = useMessages();
  usePageTitle(messages.tools);
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-lg font-semibold">{messages.tools}</h1>
      <p className="max-w-prose text-ink-soft">{messages.toolsMeaning}</p>
      <Pending query={useToolPins()}>{(tools) => <ToolList tools={tools} />}</Pending>
    </div>
  );
}

function ToolList({ tools }: { readonly tools: readonly ListedTool[] }) {
  const messages = useMessages();
  const pinned = tools.filter((tool) => !isWithheld(tool));
  if (tools.length === 0) return <Nothing alone>{messages.noTools}</Nothing>;
  return (
    <>
      <WalkedList items={tools.filter(isWithheld)}>
        {(tool, walked) => <WithheldTool tool={tool} {...walked} />}
      </WalkedList>
      {pinned.length > 0 && (
        <Panel title={messages.toolsPinned}>
          <ul className="divide-y divide-line">
            {pinned.map((tool) => (
              <li key={tool.id} className="px-4 py-2">
                <PinnedTool tool={tool} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
