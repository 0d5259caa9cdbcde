import type { Remark, Step, Story } from './story.ts';

/** A line of the list: one scene, or steps of one tool that all went as usual, told together. */
export type Row =
  | { readonly kind: 'scene'; readonly key: string; readonly scene: Step | Remark }
  | { readonly kind: 'group'; readonly key: string; readonly tool: string; readonly steps: readonly Step[] };

/** Fewer than this stand by themselves. */
const leastGrouped = 3;

/** What a person reads one by one, and what only has to be there. Nothing but what is told elsewhere is left out. */
export function rowsOf(scenes: Story['scenes']): readonly Row[] {
  const rows: Row[] = [];
  let alike: Step[] = [];
  const flush = (): void => {
    const [first] = alike;
    if (first !== undefined && alike.length >= leastGrouped)
      rows.push({ kind: 'group', key: `group ${first.id}`, tool: first.tool, steps: alike });
    else rows.push(...alike.map((scene): Row => ({ kind: 'scene', key: scene.id, scene })));
    alike = [];
  };
  for (const scene of scenes) {
    if (isToldElsewhere(scene)) continue;
    if (scene.kind === 'step' && wentAsUsual(scene)) {
      if (alike[0] !== undefined && alike[0].tool !== scene.tool) flush();
      alike.push(scene);
      continue;
    }
    flush();
    const key = scene.kind === 'step' ? scene.id : `remark ${scene.sequence}`;
    rows.push({ kind: 'scene', key, scene });
  }
  flush();
  return rows;
}

/** Going on or done, and nobody had anything to say about it. */
export function isAsUsual({ ended, decisions, questions }: Step): boolean {
  const isWell = ended === null || ended.outcome === 'ok';
  return isWell && questions.length === 0 && decisions.every(({ decision }) => decision.kind === 'allow');
}

function wentAsUsual(step: Step): boolean {
  return step.ended !== null && isAsUsual(step);
}

/** A turn without words is told by its calls, a new plan by the plan. */
function isToldElsewhere(scene: Step | Remark): boolean {
  if (scene.kind === 'step') return scene.tool === 'plan.update' && wentAsUsual(scene);
  return scene.body.kind === 'turn' && scene.body.text.trim() === '';
}
