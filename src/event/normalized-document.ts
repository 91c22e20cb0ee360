import { type Document, setPath } from './document.ts';
import type { EventView } from './view.ts';

/** ECS version whose names and types documents follow. */
const ECS_VERSION = '8.17.0';

/**
 * An event as it is written out.
 *
 * @returns its document with its identity and where it was read, so that it can be read again as the same event
 */
export function normalizedDocument(event: EventView): Document {
  const document = event.document();
  const { file, format, line, offset } = event.provenance();
  setPath(document, ['ecs', 'version'], ECS_VERSION);
  setPath(document, ['smbastion', 'event', 'id'], event.id());
  setPath(document, ['smbastion', 'provenance'], { file, format, line, offset });
  return document;
}
