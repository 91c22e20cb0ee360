import { placeOfYaml, type YamlMap } from '../../base/yaml/yaml-node.ts';
import { SIGMA_LEVELS, SIGMA_STATUSES, type SigmaMeta } from './sigma-document.ts';
import type { SigmaReading } from './sigma-reading.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Characters of a title that are kept; the specification allows 256. */
const MAX_TITLE = 256;

/** Reads what a document says about itself; only the title must be there. */
export function readMeta(reading: SigmaReading, root: YamlMap): SigmaMeta {
  const title = reading.text(root, 'title')?.trim() ?? '';
  const titleNode = root.entries.get('title')?.value;
  const first = [...root.entries.values()][0] ?? root;
  if (title === '') reading.fail('SIGMA-MISSING', 'A document needs a title.', first, 'add title: …');
  if (title.length > MAX_TITLE)
    reading.warn('LINT-SIGMA-TITLE', `a title has at most ${MAX_TITLE} characters`, titleNode!);
  return {
    title: title.slice(0, MAX_TITLE),
    id: readId(reading, root),
    name: reading.text(root, 'name')?.trim() || undefined,
    status: reading.word(root, 'status', SIGMA_STATUSES),
    level: reading.word(root, 'level', SIGMA_LEVELS),
    description: reading.text(root, 'description')?.trim() ?? '',
    author: reading.text(root, 'author')?.trim() ?? '',
    license: reading.text(root, 'license')?.trim() ?? '',
    tags: reading.texts(root, 'tags'),
    references: reading.texts(root, 'references'),
    falsePositives: reading.texts(root, 'falsepositives'),
    fields: reading.texts(root, 'fields'),
    place: placeOfYaml(reading.source, titleNode ?? first),
  };
}

function readId(reading: SigmaReading, root: YamlMap): string | undefined {
  const id = reading.text(root, 'id')?.trim();
  if (id === undefined || id === '') return undefined;
  if (!UUID.test(id)) reading.warn('LINT-SIGMA-ID', 'an id is a UUID', root.entries.get('id')!.value);
  return id.toLowerCase();
}
