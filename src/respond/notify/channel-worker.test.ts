import { expect, test } from 'vitest';
import { alert, NOW, outcome, run } from '../../../test/conformance/desk/desk-under-test.ts';
import type { ChannelSettings } from '../../config/notify-settings.ts';
import { Networks } from '../../event/networks.ts';
import { openStore } from '../../store/open-store.ts';
import type { AlertRecord } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';
import { DeliveryError } from './channel.ts';
import { readState } from './channel-state.ts';
import { ChannelWorker } from './channel-worker.ts';
import type { Notification } from './notification.ts';

const SETTINGS: ChannelSettings = {
  name: 'hook',
  type: 'webhook',
  minSeverity: 'medium',
  perMinute: 3,
  giveUpMs: 600_000,
  url: 'http://receiver',
  secret: { env: 'X' },
};

/** A receiver that takes what it is told to take, and a clock that runs only where somebody waits. */
class Scene {
  readonly store: Store;
  readonly got: Notification[] = [];
  readonly said: string[] = [];
  now = NOW;
  /** Why the next messages are not taken. */
  failures: DeliveryError[] = [];
  private runs = 0;

  private constructor(store: Store) {
    this.store = store;
  }

  static async open(): Promise<Scene> {
    return new Scene(await openStore(':memory:', new Networks()));
  }

  async worker(settings: Partial<ChannelSettings> = {}): Promise<ChannelWorker> {
    const worker = new ChannelWorker({
      channel: {
        settings: { ...SETTINGS, ...settings } as ChannelSettings,
        send: async (notification) => {
          const failure = this.failures.shift();
          if (failure) throw failure;
          this.got.push(notification);
        },
      },
      store: this.store,
      clock: {
        now: () => this.now,
        sleep: async (ms) => {
          this.now += ms;
        },
      },
      publicUrl: () => undefined,
      warn: ({ reason }) => this.said.push(reason),
    });
    await worker.open();
    return worker;
  }

  async make(...alerts: readonly AlertRecord[]): Promise<void> {
    await this.store.runs.finish(outcome(alerts, { run: run(`r${this.runs++}`) }));
  }

  /** Lets a worker do what there is to do now. */
  async settle(worker: ChannelWorker): Promise<number> {
    for (;;) {
      const pauseMs = await worker.step();
      if (pauseMs > 0) return pauseMs;
    }
  }

  get told(): string[][] {
    return this.got.map(({ alerts }) => alerts.map(({ id, isNew }) => (isNew ? id : `${id} risen`)));
  }
}

const many = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => alert(`a${from + i}`));

test('an alert is told once, and again when it becomes more severe', async () => {
  const scene = await Scene.open();
  await scene.make(alert('before'));
  const worker = await scene.worker();
  await scene.make(alert('a'));
  await scene.settle(worker);
  await scene.make(alert('a', 5));
  await scene.settle(worker);
  expect(scene.told).toEqual([['a']]);
  await scene.make(alert('a', 6, { severity: 'critical', riskScore: 99 }));
  await scene.settle(worker);
  expect(scene.told).toEqual([['a'], ['a risen']]);
  await scene.store.close();
});

test('what is less than the channel wants, weak signs and what somebody closed is not told', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  await scene.make(
    alert('low', 0, { severity: 'low', riskScore: 21 }),
    alert('sign', 0, { isBuildingBlock: true }),
    alert('shut'),
  );
  await scene.store.alerts.change(['shut'], { state: 'closed', verdict: 'benign', note: '', by: 'ann', atMs: NOW });
  await scene.settle(worker);
  expect(scene.told).toEqual([]);
  await scene.make(alert('low', 1, { severity: 'high', riskScore: 73 }));
  await scene.settle(worker);
  expect(scene.told).toEqual([['low risen']]);
  await scene.store.close();
});

test('what is too much is held back and told together, at most once a minute', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  await scene.make(...many(0, 2));
  await scene.settle(worker);
  expect(scene.told).toEqual([['a0'], ['a1']]);
  await scene.make(...many(2, 7));
  await scene.settle(worker);
  expect(scene.told[2]).toHaveLength(5);
  await scene.make(...many(7, 9));
  const pauseMs = await scene.settle(worker);
  expect([scene.got.length, worker.status().waiting, pauseMs]).toEqual([3, 2, 60_000]);
  await scene.make(...many(9, 14));
  scene.now += 59_000;
  expect(await scene.settle(worker)).toBe(1_000);
  scene.now += 1_000;
  await scene.settle(worker);
  expect(scene.told[3]).toHaveLength(7);
  expect(worker.status()).toMatchObject({ waiting: 0, sent: 4 });
  await scene.store.close();
});

test('a message that is not taken is tried again, later each time, and counts once', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  scene.failures = [1, 2, 3].map((n) => new DeliveryError(`no ${n}`));
  await scene.make(alert('a'));
  await scene.settle(worker);
  expect(scene.said).toEqual(['no 1', 'no 2', 'no 3']);
  expect(scene.now - NOW).toBe(1_000 + 2_000 + 4_000);
  expect(scene.told).toEqual([['a']]);
  expect(worker.status()).toMatchObject({ sent: 1, problem: undefined });
  await scene.store.close();
});

test('what cannot be delivered is kept, and delivered when it is tried again', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  scene.failures = [new DeliveryError('too large', true)];
  await scene.make(alert('a'));
  await scene.make(alert('b'));
  await scene.settle(worker);
  expect(scene.told).toEqual([['b']]);
  const failed = [{ reason: 'too large', alertIds: ['a'] }];
  expect(await readState(scene.store.desk, 'hook')).toMatchObject({ failed });
  scene.failures = [new DeliveryError('still', true)];
  expect(await worker.retryFailed()).toBe(0);
  expect(await readState(scene.store.desk, 'hook')).toMatchObject({ failed });
  expect(await worker.retryFailed()).toBe(1);
  expect(scene.told).toEqual([['b'], ['a']]);
  expect(await readState(scene.store.desk, 'hook')).toMatchObject({ failed: [] });
  await scene.store.close();
});

test('a receiver that stays away is given up after a while', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker({ giveUpMs: 60_000 });
  scene.failures = Array.from({ length: 7 }, () => new DeliveryError('nobody there'));
  await scene.make(alert('a'));
  await scene.settle(worker);
  expect(scene.now - NOW).toBe(63_000);
  expect(scene.told).toEqual([]);
  expect(await readState(scene.store.desk, 'hook')).toMatchObject({ failed: [{ alertIds: ['a'] }] });
  await scene.store.close();
});

test('after a restart it goes on where it was', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  await scene.make(alert('a'));
  await scene.settle(worker);
  await scene.make(alert('b'));
  const next = await scene.worker();
  await scene.settle(next);
  expect(scene.told).toEqual([['a'], ['b']]);
  await scene.store.close();
});

test('it wakes when there are news, and stops at once', async () => {
  const scene = await Scene.open();
  const worker = await scene.worker();
  worker.start();
  await scene.make(alert('a'));
  worker.wake();
  while (scene.got.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await worker.stop();
  expect(scene.told).toEqual([['a']]);
  await scene.store.close();
});
