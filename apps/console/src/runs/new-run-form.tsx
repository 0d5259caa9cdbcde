import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useId, useState } from 'react';
import { answer, api } from '../api/api.ts';
import { visible } from '../hostile-text/visible.ts';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Panel } from '../look/panel.tsx';
import { ProblemNotice } from '../look/problem-notice.tsx';
import { queryClient } from '../shell/query-client.ts';
import { useStatus } from '../shell/status.ts';
import { useModels } from './queries.ts';

const inputLook = 'w-full rounded-md border border-line-strong bg-panel px-2.5 py-1.5';

/** Gives an agent a task. */
export function NewRunForm({ onClose }: { readonly onClose: () => void }) {
  const messages = useMessages();
  const navigate = useNavigate();
  const id = useId();
  const [task, setTask] = useState('');
  const [folder, setFolder] = useState('');
  const [agent, setAgent] = useState('default');
  const [model, setModel] = useState('');
  const agents = useStatus().data?.agents ?? ['default'];
  const models = useModels();
  const start = useMutation({
    mutationFn: () => answer(api.POST('/runs', { body: { task, folder, agent, ...(model === '' ? {} : { model }) } })),
    onSuccess: async ({ id: run }) => {
      await queryClient.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$run', params: { run }, search: {} });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    start.mutate();
  };
  const chosen = models.data?.models.find(({ name }) => name === (model === '' ? models.data.default : model));
  return (
    <Panel title={messages.newRun}>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        {start.error !== null && <ProblemNotice error={start.error} />}
        <div>
          <label htmlFor={`${id}-task`} className="font-medium">
            {messages.task}
          </label>
          <textarea
            id={`${id}-task`}
            // The person has just asked for this form.
            // biome-ignore lint/a11y/noAutofocus: it follows the person's own key press
            autoFocus
            required
            rows={3}
            maxLength={100_000}
            value={task}
            onChange={(event) => setTask(event.target.value)}
            placeholder={messages.taskHint}
            className={inputLook}
          />
        </div>
        <div className="grid gap-3 sm:grid-cols-[2fr_1fr_1fr]">
          <div>
            <label htmlFor={`${id}-folder`} className="font-medium">
              {messages.folder}
            </label>
            <input
              id={`${id}-folder`}
              required
              value={folder}
              onChange={(event) => setFolder(event.target.value)}
              placeholder={messages.folderHint}
              spellCheck={false}
              className={`${inputLook} font-mono`}
            />
          </div>
          <div>
            <label htmlFor={`${id}-agent`} className="font-medium">
              {messages.agent}
            </label>
            <select
              id={`${id}-agent`}
              value={agent}
              onChange={(event) => setAgent(event.target.value)}
              className={inputLook}
            >
              {agents.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-model`} className="font-medium">
              {messages.model}
            </label>
            <select
              id={`${id}-model`}
              value={model}
              onChange={(event) => setModel(event.target.value)}
              className={inputLook}
            >
              <option value="">{messages.modelDefault(visible(models.data?.default ?? '…'))}</option>
              {models.data?.models.map(({ name, scripted }) => (
                <option key={name} value={name}>
                  {visible(name.slice(0, 120))}
                  {scripted && ` (${messages.scripted})`}
                </option>
              ))}
            </select>
          </div>
        </div>
        {chosen?.scripted === true && <p className="text-warn">{messages.scriptedMeaning}</p>}
        {models.error !== null && <ProblemNotice error={models.error} />}
        <div className="flex gap-2">
          <Button look="main" submit disabled={start.isPending}>
            {messages.start}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Panel>
  );
}
