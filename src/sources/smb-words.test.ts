import { expect, test } from 'vitest';
import { smbCommand, smbDialect, smbFilePath, smbShareType, smbVersion } from './smb-words.ts';

test('one spelling of commands, dialects, share types and paths', () => {
  expect([smbCommand('SMB2_COMMAND_TREE_CONNECT'), smbCommand('CREATE')]).toEqual(['tree_connect', 'create']);
  expect([smbVersion('SMB1_COMMAND_CLOSE'), smbVersion('CREATE')]).toEqual(['SMB1', undefined]);
  expect([smbDialect('3.11'), smbDialect('NT LM 0.12'), smbDialect('unknown')]).toEqual([
    '3.1.1',
    'NT LM 0.12',
    undefined,
  ]);
  expect([smbShareType('FILE'), smbShareType('IPC'), smbShareType('toString')]).toEqual(['DISK', 'PIPE', undefined]);
  expect([smbFilePath('/a/b'), smbFilePath('<share_root>'), smbFilePath('\\')]).toEqual(['a\\b', undefined, undefined]);
});
