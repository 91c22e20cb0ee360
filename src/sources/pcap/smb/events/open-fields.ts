/** Fields of a file that is open or was to be opened: its name and how it was asked for. */
import { intentsOf } from '../../../windows/values/access.ts';
import type { OpenFacts } from '../state/handle.ts';
import type { Tree } from '../state/tree.ts';
import type { WireFields } from './wire-kind.ts';

const DISPOSITIONS = ['supersede', 'open', 'create', 'open_or_create', 'overwrite', 'overwrite_or_create'] as const;

/** What the fields of a name are made of. */
interface Named {
  readonly tree: Tree | undefined;
  readonly name: string | undefined;
}

/** The path below the share, without separators at its beginning. */
function pathOf({ name }: Named): string | undefined {
  return name?.replaceAll('/', '\\').replace(/^\\+/, '');
}

/** Where the part behind a colon begins: a stream of the file; -1 without. */
function forkAt(path: string): number {
  return path.indexOf(':', path.lastIndexOf('\\') + 1);
}

/** Path on the share and below it; the part behind a colon is a stream of the file. */
export const NAME_FIELDS: WireFields<Named> = {
  'file.path': (named) => {
    const path = pathOf(named);
    const share = named.tree?.path;
    if (path === undefined || share === undefined) return undefined;
    return path === '' ? share : `${share.replace(/[\\/]+$/, '')}\\${path}`;
  },
  'smb.file.path': pathOf,
  'file.directory': (named) => {
    const path = pathOf(named);
    const below = path?.lastIndexOf('\\') ?? -1;
    return below > 0 ? path!.slice(0, below) : undefined;
  },
  'file.name': (named) => {
    const path = pathOf(named);
    const colon = path === undefined ? -1 : forkAt(path);
    return colon < 0 ? undefined : path!.slice(path!.lastIndexOf('\\') + 1, colon);
  },
  'file.fork_name': (named) => {
    const path = pathOf(named);
    const colon = path === undefined ? -1 : forkAt(path);
    return colon < 0 ? undefined : path!.slice(colon + 1).replace(/:\$DATA$/i, '');
  },
};

/** How it was opened; nothing when the open was not seen. */
export const OPEN_FIELDS: WireFields<{ readonly open: OpenFacts | undefined }> = {
  'smb.access.mask': ({ open }) => open?.access,
  'smb.access.intent': ({ open }) => open && intentsOf(open.access),
  'smb.disposition': ({ open }) => open && DISPOSITIONS[open.disposition],
  'smb.create.contexts': ({ open }) => open?.contexts,
};
