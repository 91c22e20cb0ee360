import { expect, test } from 'vitest';
import { readContentJson } from '../base/content.ts';
import { rpcInterfaceName, rpcOperationName } from './rpc-interfaces.ts';

test.each([
  ['367abb81-9844-35f1-ad32-98f038001003', 12, 'svcctl', 'CreateServiceW'],
  ['367ABB81-9844-35F1-AD32-98F038001003', 44, 'svcctl', 'CreateServiceWOW64A'],
  ['4b324fc8-1670-01d3-1278-5a47bf6ee188', 15, 'srvsvc', 'NetrShareEnum'],
  ['86d35949-83c9-4044-b424-db363231fd0c', 1, 'ITaskSchedulerService', 'SchRpcRegisterTask'],
  ['1ff70682-0a51-30e8-076d-740be8cee98b', 0, 'atsvc', 'NetrJobAdd'],
  ['df1941c5-fe89-4e79-bf10-463657acf44d', 0, 'efsrpc', 'EfsRpcOpenFileRaw'],
  ['c681d488-d850-11d0-8c52-00c04fd90f7e', 4, 'efsrpc', 'EfsRpcEncryptFileSrv'],
  ['12345778-1234-abcd-ef00-0123456789ac', 64, 'samr', 'SamrConnect5'],
  ['12345678-1234-abcd-ef00-0123456789ab', 65, 'spoolss', 'RpcRemoteFindFirstPrinterChangeNotificationEx'],
  ['76f03f96-cdfd-44fc-a22c-64950a001209', 39, 'IRemoteWinspool', 'RpcAsyncAddPrinterDriver'],
  ['9556dc99-828c-11cf-a37e-00aa003240c7', 24, 'IWbemServices', 'ExecMethod'],
  ['338cd001-2244-31f1-aaaa-900038001003', 20, 'winreg', 'BaseRegSaveKey'],
  ['338cd001-2244-31f1-aaaa-900038001003', 999, 'winreg', 'opnum-999'],
  ['00000000-1111-2222-3333-444444444444', 3, 'unknown-00000000-1111-2222-3333-444444444444', 'opnum-3'],
])('%s opnum %i is %s %s', (uuid, opnum, name, operation) => {
  expect([rpcInterfaceName(uuid), rpcOperationName(uuid, opnum)]).toEqual([name, operation]);
});

test('the data file has its source and date, legal UUIDs once each, and operation numbers of 16 bits', () => {
  const data = readContentJson<{
    source: string;
    date: string;
    interfaces: { name: string; uuid: string; document: string; pipes: string[]; operations: Record<string, string> }[];
  }>('rpc-interfaces.json');
  expect(data.source).not.toBe('');
  expect(data.date).toMatch(/^\d{4}-\d{2}$/);
  const uuids = data.interfaces.map((row) => row.uuid);
  expect(new Set(uuids).size).toBe(uuids.length);
  for (const row of data.interfaces) {
    expect(row.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(row.document, row.name).not.toBe('');
    for (const [opnum, name] of Object.entries(row.operations)) {
      expect(Number(opnum)).toBeLessThan(65_536);
      expect(name).toMatch(/^\w+$/);
    }
  }
});
