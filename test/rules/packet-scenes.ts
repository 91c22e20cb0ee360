/** What packets show when each rule must speak, and the same with one thing changed. */
import * as old from '../tools/smb-bytes/smb1-messages.ts';
import * as rpc from '../tools/smb-bytes/rpc-fragments.ts';
import { compressed, encrypted } from '../tools/smb-bytes/smb2-messages.ts';
import { Scene, type Visit } from '../tools/smb-bytes/scene.ts';
import { join, u16, u32, zeros } from '../tools/smb-bytes/bytes.ts';

/** Draws a scene. */
type Draw = (scene: Scene) => void;

/** Where a rule must speak, and where it must not. */
export interface RuleScenes {
  readonly fires: Draw;
  readonly silent: Draw;
}

const CLIENT = '10.20.3.7';
const SERVER = '10.9.1.20';
const at = (more: object = {}) => ({ clientIp: CLIENT, serverIp: SERVER, ...more });
const visit = (scene: Scene, logon: Parameters<Scene['visit']>[1] = {}): Visit => scene.visit(at(), logon);
const PROGRAM = Buffer.concat([Buffer.from('MZ'), zeros(500)]);
const TEXT = Buffer.from('a plain text');
const times = (count: number, draw: (i: number) => void) => {
  for (let i = 0; i < count; i++) draw(i);
};

const UUIDS = {
  srvsvc: rpc.SRVSVC,
  svcctl: rpc.SVCCTL,
  samr: '12345778-1234-abcd-ef00-0123456789ac',
  lsarpc: '12345778-1234-abcd-ef00-0123456789ab',
  winreg: '338cd001-2244-31f1-aaaa-900038001003',
  tasks: '86d35949-83c9-4044-b424-db363231fd0c',
  efsrpc: 'c681d488-d850-11d0-8c52-00c04fd90f7e',
  spoolss: '12345678-1234-abcd-ef00-0123456789ab',
  netdfs: '4fc742e0-4a10-11cf-8273-00aa004ae673',
  netlogon: '12345678-1234-abcd-ef00-01234567cffb',
  eventlog: '82273fdc-e32a-18c3-3f78-827929dc23ea',
  drsuapi: 'e3514235-4b06-11d1-ab04-00c04fc2dcd2',
} as const;

/** Draws calls on one server. */
const calls =
  (pipe: string, uuid: keyof typeof UUIDS, ...opnums: readonly number[]): Draw =>
  (scene) => {
    visit(scene).call(pipe, UUIDS[uuid], opnums);
  };

/** Draws a file of a share being written. */
const writes =
  (share: string, path: string, write = TEXT): Draw =>
  (scene) => {
    visit(scene).file(share, path, { isNew: true, write });
  };

/** A hundred files are read, then a large archive is written by a client, in one message that says how long it is. */
const gathers =
  (writer: string): Draw =>
  (scene) => {
    const one = visit(scene);
    times(110, (i) => void one.file('Data', `plan${i}.docx`, { read: 40 }));
    scene.visit(at({ clientIp: writer })).file('Public', 'upd.7z', { isNew: true, write: TEXT, size: 300_000_000 });
  };

/** A service is installed that runs a command. */
const installs =
  (command: string): Draw =>
  (scene) => {
    const stub = join(
      zeros(20),
      rpc.ndrString('kqzv'),
      zeros(4),
      u32(0xf01ff),
      u32(16),
      u32(3),
      u32(1),
      rpc.ndrString(command),
    );
    visit(scene).call('svcctl', UUIDS.svcctl, [12], stub);
  };

/** A session of SMB1 on IPC$. */
export function smb1Session(scene: Scene, ...messages: readonly (readonly ['client' | 'server', Buffer])[]): void {
  const connection = scene.talk
    .connect(at({ clientPort: 51_000 }))
    .client(old.negotiate({ mid: 1 }, ['NT LM 0.12']))
    .server(old.negotiateAnswer({ mid: 1 }, 0))
    .client(old.sessionSetup({ mid: 2 }, 'alice', 'CORP'))
    .server(old.sessionSetupAnswer({ mid: 2, uid: 8 }))
    .client(old.treeConnect({ mid: 3, uid: 8 }, '\\\\FS01\\IPC$', 'IPC'))
    .server(old.treeConnectAnswer({ mid: 3, uid: 8, tid: 4 }, 'IPC'));
  for (const [who, message] of messages) connection[who](message);
  connection.end();
}

const on = (mid: number, status = 0): old.Smb1Header => ({ mid, uid: 8, tid: 4, status });
/** A look into pipe 0, which nobody opened. */
const peek = old.transaction(0x25, on(9), { setup: [0x23, 0] });
const question = old.transaction(0x32, on(65), { setup: [0x0e] });

/** Scenes by rule. */
export const PACKET_SCENES: Readonly<Record<string, RuleScenes>> = {
  'admin-share-access': {
    fires: (scene) => void visit(scene).share('C$'),
    silent: (scene) => void visit(scene).share('Data'),
  },
  'admin-share-write': {
    fires: writes('ADMIN$', 'Temp\\report.txt', PROGRAM),
    silent: writes('ADMIN$', 'Temp\\report.txt'),
  },
  'admin-share-denied': {
    fires: (scene) => times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).share('ADMIN$', true)),
    silent: (scene) => times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).share('Data', true)),
  },
  'admin-write-rpc': {
    fires: (scene) => {
      visit(scene).file('ADMIN$', 'x.dat', { isNew: true, write: TEXT }).call('svcctl', UUIDS.svcctl, [15, 12, 19]);
    },
    silent: (scene) => {
      visit(scene).file('ADMIN$', 'x.dat', { read: 12 }).call('svcctl', UUIDS.svcctl, [15, 12, 19]);
    },
  },
  'remote-service': { fires: calls('svcctl', 'svcctl', 15, 12), silent: calls('svcctl', 'svcctl', 15, 16, 6) },
  'remote-task': { fires: calls('atsvc', 'tasks', 1), silent: calls('atsvc', 'tasks', 2) },
  'remote-registry-write': { fires: calls('winreg', 'winreg', 2, 22), silent: calls('winreg', 'winreg', 2, 17) },
  'coerce-efs': { fires: calls('lsarpc', 'efsrpc', 0), silent: calls('lsarpc', 'lsarpc', 44) },
  'coerce-print': { fires: calls('spoolss', 'spoolss', 1, 65), silent: calls('spoolss', 'spoolss', 1, 29) },
  'coerce-dfs': { fires: calls('netdfs', 'netdfs', 13), silent: calls('netdfs', 'netdfs', 5) },
  'eventlog-clear': { fires: calls('eventlog', 'eventlog', 0), silent: calls('eventlog', 'eventlog', 10) },
  'share-opened': { fires: calls('srvsvc', 'srvsvc', 14), silent: calls('srvsvc', 'srvsvc', 16) },
  'print-driver': { fires: calls('spoolss', 'spoolss', 89), silent: calls('spoolss', 'spoolss', 10) },
  dcsync: { fires: calls('lsass', 'drsuapi', 0, 3), silent: calls('lsass', 'drsuapi', 0, 1) },
  'share-enum': {
    fires: (scene) =>
      times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).call('srvsvc', UUIDS.srvsvc, [15])),
    silent: (scene) =>
      times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).call('srvsvc', UUIDS.srvsvc, [16])),
  },
  'session-enum': {
    fires: (scene) =>
      times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).call('srvsvc', UUIDS.srvsvc, [12])),
    silent: (scene) =>
      times(6, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` })).call('srvsvc', UUIDS.srvsvc, [21])),
  },
  'domain-enum': {
    fires: calls('samr', 'samr', 6, 11, 13, 15, 16, 18, 20, 25, 28, 36, 39, 40),
    silent: calls('samr', 'samr', 0, 5, 7, 17, 34, 1),
  },
  'domain-enum-volume': {
    fires: calls('samr', 'samr', ...Array.from({ length: 110 }, () => 36)),
    silent: calls('samr', 'samr', ...Array.from({ length: 60 }, () => 36)),
  },
  'netlogon-zero': {
    fires: calls('netlogon', 'netlogon', ...Array.from({ length: 60 }, () => [4, 26]).flat()),
    silent: calls('netlogon', 'netlogon', 4, 26, 21),
  },
  'share-walk': {
    fires: (scene) => {
      const one = visit(scene);
      times(22, (i) => void one.share(`dept${i}`));
    },
    silent: (scene) => {
      const one = visit(scene);
      times(22, (i) => void one.share(`dept${i % 5}`));
    },
  },
  'account-fanout': {
    fires: (scene) => times(11, (i) => void scene.visit(at({ serverIp: `10.9.1.${i}` }))),
    silent: (scene) => times(11, (i) => void scene.visit(at({ serverIp: `10.9.1.${i % 4}` }))),
  },
  spray: {
    fires: (scene) => {
      const one = visit(scene, { user: 'user0', isRefused: true });
      times(10, (i) => void one.logOn({ user: `user${i}`, isRefused: true }));
    },
    silent: (scene) => {
      const one = visit(scene, { user: 'user0', isRefused: true });
      times(10, (i) => void one.logOn({ user: `user${i % 3}`, isRefused: true }));
    },
  },
  'guess-success': {
    fires: (scene) => {
      const one = visit(scene, { isRefused: true });
      times(20, () => void one.logOn({ isRefused: true }));
      one.logOn({});
    },
    silent: (scene) => {
      const one = visit(scene, { isRefused: true });
      times(20, () => void one.logOn({ isRefused: true }));
    },
  },
  'cred-files': {
    fires: (scene) => void visit(scene).file('C$', 'Windows\\NTDS\\ntds.dit', { read: 100 }),
    silent: (scene) => void visit(scene).file('C$', 'Windows\\NTDS\\edb.chk', { read: 100 }),
  },
  'lure-file': {
    fires: (scene) => times(4, (i) => writes('Data', `dir${i}\\@pics.url`)(scene)),
    silent: (scene) => times(4, (i) => writes('Data', `dir${i}\\@pics.txt`)(scene)),
  },
  'sysvol-write': {
    fires: writes('SYSVOL', 'corp.example\\Policies\\{1}\\Machine\\Scripts\\scripts.ini'),
    silent: (scene) =>
      void visit(scene).file('SYSVOL', 'corp.example\\Policies\\{1}\\Machine\\Scripts\\scripts.ini', { read: 9 }),
  },
  'exec-tool-artefacts': { fires: writes('ADMIN$', 'PSEXESVC.exe'), silent: writes('Data', 'psexec.txt') },
  'service-pipes': {
    fires: (scene) => {
      const one = visit(scene);
      for (const end of ['stdin', 'stdout', 'stderr']) one.pipe(`updater-WS7-4711-${end}`);
    },
    silent: (scene) => {
      const one = visit(scene);
      for (const end of ['in', 'out', 'err']) one.pipe(`updater-WS7-4711-${end}`);
    },
  },
  'c2-pipe-name': {
    fires: (scene) => void visit(scene).pipe('msagent_5a'),
    silent: (scene) => void visit(scene).pipe('agent'),
  },
  'named-pipe-remote': {
    fires: (scene) => {
      visit(scene).pipe('product');
      scene.wait(2 * 86_400_000);
      visit(scene).pipe('zzq');
    },
    silent: (scene) => {
      visit(scene).pipe('product');
      scene.wait(2 * 86_400_000);
      visit(scene).pipe('product');
    },
  },
  'archive-stage': {
    fires: gathers('10.20.3.7'),
    silent: gathers('10.20.3.8'),
  },
  'service-one-liner': {
    fires: installs('%COMSPEC% /Q /c whoami > \\\\127.0.0.1\\C$\\__out'),
    silent: installs('C:\\Program Files\\Backup\\agent.exe'),
  },
  'pipe-beacon': {
    fires: (scene) => {
      const one = visit(scene);
      const pipe = one.pipe('mssync');
      times(70, () => {
        one.exchange(pipe, zeros(8), zeros(16));
        scene.wait(60_000);
      });
    },
    silent: (scene) => {
      const one = visit(scene);
      const pipe = one.pipe('mssync');
      times(70, (i) => {
        one.exchange(pipe, zeros(8), zeros(16));
        scene.wait(i % 7 === 0 ? 300_000 : (i % 5) * 9000 + 2000);
      });
    },
  },
  'mass-rename': {
    fires: (scene) => {
      const one = visit(scene);
      times(50, (i) => void one.file('Data', `doc${i}.docx`, { renameTo: `doc${i}.docx.qzlk` }));
    },
    silent: (scene) => {
      const one = visit(scene);
      times(50, (i) => void one.file('Data', `~tmp${i}.tmp`, { renameTo: `doc${i}.docx` }));
    },
  },
  'note-spread': {
    fires: (scene) => {
      const one = visit(scene);
      times(6, (i) => void one.file('Data', `dir${i}\\HOW_TO_DECRYPT.txt`, { isNew: true, write: TEXT }));
    },
    silent: (scene) => {
      const one = visit(scene);
      times(6, (i) => void one.file('Data', `dir${i}\\note${i}.txt`, { isNew: true, write: TEXT }));
    },
  },
  'read-overwrite': {
    fires: (scene) => {
      const one = visit(scene);
      times(100, (i) => void one.file('Data', `doc${i}.docx`, { read: 40, write: TEXT }));
    },
    silent: (scene) => {
      const one = visit(scene);
      times(100, (i) => void one.file('Data', `doc${i}.docx`, { read: 40 }));
    },
  },
  'mass-delete': {
    fires: (scene) => {
      const one = visit(scene);
      times(200, (i) => void one.file('Data', `doc${i}.docx`, { isDeleted: true }));
    },
    silent: (scene) => {
      const one = visit(scene);
      times(120, (i) => void one.file('Data', `doc${i}.docx`, { isDeleted: true }));
    },
  },
  'guest-session': {
    fires: (scene) => void visit(scene, { flags: 1 }).share('public'),
    silent: (scene) => void visit(scene, { flags: 1 }).share('IPC$'),
  },
  'unsigned-admin': {
    fires: (scene) => void visit(scene).file('C$', 'Windows\\win.ini', { read: 20 }),
    silent: (scene) => void visit(scene).file('Data', 'win.ini', { read: 20 }),
  },
  'smb1-used': {
    fires: (scene) => void smb1Session(scene),
    silent: (scene) => void visit(scene).share('Data'),
  },
  'smb1-invariant': {
    fires: (scene) =>
      void smb1Session(
        scene,
        ['client', old.ntTransact(on(9), 0, 66_512)],
        ['client', old.secondary2(on(9), zeros(64))],
      ),
    silent: (scene) =>
      void smb1Session(scene, ['client', old.transaction(0x32, on(9), { setup: [0x10], parameters: u16(3) })]),
  },
  'smb1-probe': {
    fires: (scene) =>
      void smb1Session(scene, ['client', peek], ['server', old.smb1(true, on(9, 0xc0000205), old.none(0x25))]),
    silent: (scene) =>
      void smb1Session(scene, ['client', peek], ['server', old.smb1(true, on(9, 0xc00000bb), old.none(0x25))]),
  },
  'smb1-implant': {
    fires: (scene) =>
      void smb1Session(scene, ['client', question], ['server', old.smb1(true, on(81, 0xc0000002), old.none(0x32))]),
    silent: (scene) =>
      void smb1Session(scene, ['client', question], ['server', old.smb1(true, on(65, 0xc0000002), old.none(0x32))]),
  },
  'smb-compress': {
    fires: (scene) => void visit(scene).connection.client(compressed(0xffffffff, 16, zeros(64))),
    silent: (scene) => void visit(scene).connection.client(encrypted(1, 64)),
  },
  'relay-wire': {
    fires: (scene) => void visit(scene, { target: 'cifs/fs02.corp.example' }),
    silent: (scene) => void visit(scene, { target: 'cifs/fs01.corp.example' }),
  },
  'hive-theft': {
    fires: (scene) => {
      const stub = join(zeros(20), zeros(8), rpc.ndrString('C:\\Windows\\Temp\\s.tmp'));
      visit(scene).call('winreg', UUIDS.winreg, [2, 15, 20], stub).file('ADMIN$', 'Temp\\s.tmp', { read: 4000 });
    },
    silent: (scene) => void visit(scene).call('winreg', UUIDS.winreg, [2, 15, 17]),
  },
};
