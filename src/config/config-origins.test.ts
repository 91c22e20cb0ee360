import { expect, test } from 'vitest';
import { configOrigins } from './config-origins.ts';

const TEXT = `[networks]
internal = ["150.1.0.0/16",
  "2001:67c:1::/48"]
[roles]
"branch office" = ["10.9.0.0/16"]
[server]
listen = "127.0.0.1:9000"
[rules.parameters.smb-sweep]
hosts = 50
[notify.chat]
url = "https://hooks.example/services/T0/B0/token?x=1"
`;

test('each value says where it comes from', () => {
  const origins = configOrigins({ file: 'site.toml', text: TEXT });
  const of = (key: string) => origins.filter((one) => one.key === key).map(({ value, origin }) => `${value} ${origin}`);
  expect(of('networks.internal')).toEqual(['["150.1.0.0/16", "2001:67c:1::/48"] site.toml:2']);
  expect(of('networks.default_internal')).toEqual(['true default']);
  expect(of('roles."branch office"')).toEqual(['["10.9.0.0/16"] site.toml:5']);
  expect(of('server.listen')).toEqual(['"127.0.0.1:9000" site.toml:7']);
  expect(of('rules.parameters.smb-sweep.hosts')).toEqual(['50 site.toml:9']);
  expect(of('notify.chat.url')).toEqual(['"https://hooks.example/…" site.toml:11']);
  const keys = origins.map(({ key }) => key);
  expect(keys.indexOf('networks.internal')).toBeLessThan(keys.indexOf('roles."branch office"'));
});

test('without a file all are defaults', () => {
  expect(new Set(configOrigins(undefined).map(({ origin }) => origin))).toEqual(new Set(['default']));
});
