/** A share that a session is connected to. */
export interface Tree {
  readonly id: number;
  /** `\\server\share` as sent; undefined when the tree connect was not seen. */
  readonly path: string | undefined;
  /** Share in capitals. */
  readonly name: string | undefined;
  type: 'DISK' | 'PIPE' | 'PRINT' | undefined;
  /** The share demands encryption. */
  isEncrypted: boolean;
}

/** @returns whether names on the tree are pipes; undefined when that is not known */
export function isPipeTree(tree: Tree | undefined): boolean | undefined {
  if (tree === undefined) return undefined;
  if (tree.type !== undefined) return tree.type === 'PIPE';
  return tree.name === undefined ? undefined : tree.name === 'IPC$';
}
