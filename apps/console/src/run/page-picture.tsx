import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { answer, api } from '../api/api.ts';
import { useMessages } from '../language/language.tsx';
import { Pending } from '../look/pending.tsx';

interface PagePictureProps {
  readonly run: string;
  /** Of its entry in the timeline. */
  readonly sequence: number;
}

/**
 * What a page looked like after a step. It is drawn onto a canvas from its bytes: so the console's policy needs to allow no
 * image from anywhere, and nothing of the page is there but its colours.
 */
export function PagePicture({ run, sequence }: PagePictureProps) {
  const query = useQuery({
    queryKey: ['picture', run, sequence],
    staleTime: 'static',
    queryFn: () => answer(api.GET('/runs/{run}/pictures/{sequence}', { params: { path: { run, sequence } } })),
  });
  return <Pending query={query}>{({ jpeg }) => <Drawing jpeg={jpeg} />}</Pending>;
}

function Drawing({ jpeg }: { readonly jpeg: string }) {
  const messages = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const gone = new AbortController();
    void draw(jpeg, canvas.current, gone.signal);
    return () => gone.abort();
  }, [jpeg]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={messages.pagePicture}
      className="max-w-full self-start rounded-md border border-line-strong"
    />
  );
}

async function draw(jpeg: string, canvas: HTMLCanvasElement | null, gone: AbortSignal): Promise<void> {
  const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0));
  // What is no picture leaves the canvas empty.
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => undefined);
  if (image === undefined || canvas === null || gone.aborted) return;
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
}
