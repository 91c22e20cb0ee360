/** What every report format must do, whatever it looks like. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/detect/alert.ts';
import type { ScanResult } from '../../src/detect/scan-result.ts';
import { formats } from '../../src/report/formats.ts';
import { DETAILED_ALERTS } from '../../src/report/html/html.ts';
import type { ReportFormat, ReportOptions } from '../../src/report/report.ts';
import { realisticResult } from './reports-realistic.ts';
import { checkHtml, parseCsv } from './reports-parse.ts';
import { HOSTILE, hostileResult, sampleAlert, sampleResult, sampleRule } from './reports-sample.ts';

const OPTIONS: ReportOptions = {
  width: 80,
  colour: false,
  title: 'smbastion scan evidence/',
  showExcepted: false,
  showBuildingBlocks: false,
};

function render(format: ReportFormat, result: ScanResult, options: Partial<ReportOptions> = {}): string {
  let text = '';
  format.write(result, (piece) => (text += piece), { ...OPTIONS, ...options });
  return text;
}

/** Fails when the text is not well formed in its format; returns how many alerts it holds, where that can be counted. */
function countAlerts(format: ReportFormat, text: string): number | undefined {
  switch (format.id) {
    case 'json':
      return (JSON.parse(text) as { alerts: unknown[] }).alerts.length;
    case 'jsonl':
      return text.split('\n').filter((line) => line !== '' && JSON.parse(line)).length;
    case 'csv': {
      const [head, ...rows] = parseCsv(text);
      for (const row of rows) expect(row.length).toBe(head!.length);
      return rows.length;
    }
    case 'sarif':
      return (JSON.parse(text) as { runs: { results: unknown[] }[] }).runs[0]!.results.length;
    case 'navigator':
      JSON.parse(text);
      return undefined;
    case 'html':
      checkHtml(text);
      return text.match(/<article class="alert">/g)?.length ?? 0;
    default:
      return undefined;
  }
}

// oxlint-disable-next-line no-control-regex
const FORBIDDEN =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u;

const rule = sampleRule({ id: 'one', name: 'Rule one', threat: [{ technique: 'T1021.002', attackVersion: '18' }] });

describe.each(formats.all.map((format) => [format.id, format] as const))('%s', (id, format) => {
  test('an empty result is a whole document', () => {
    const text = render(format, sampleResult([]));
    expect(countAlerts(format, text) ?? 0).toBe(0);
    if (id !== 'jsonl') expect(text).not.toBe('');
  });

  test('a result without anything read is a whole document', () => {
    const nothing = { files: [], events: 0, bytes: 0, datasets: [], firstTime: NaN, lastTime: NaN };
    expect(countAlerts(format, render(format, sampleResult([], nothing))) ?? 0).toBe(0);
  });

  test('one alert is there with rule, time and evidence', () => {
    const text = render(format, sampleResult([sampleAlert(rule, 'a'.repeat(32))]));
    expect(countAlerts(format, text) ?? 1).toBe(1);
    expect(text).toContain(id === 'navigator' ? 'T1021.002' : 'one');
    if (id === 'navigator') return;
    expect(text).toContain('SMB towards the Internet');
    if (id !== 'table') expect(text).toContain('evidence/conn.log');
  });

  test('an alert without times, members or sides is shown', () => {
    const bare = sampleAlert(rule, 'b'.repeat(32), {
      originalTime: NaN,
      lastTime: NaN,
      members: [],
      memberCount: 0,
      document: {},
    });
    const text = render(format, sampleResult([bare], { timeline: [] }));
    expect(countAlerts(format, text) ?? 1).toBe(1);
    expect(text).not.toMatch(/NaN|undefined|Invalid/);
  });

  test('alerts that an exception silenced show on request only', () => {
    const result = sampleResult([sampleAlert(rule, 'c'.repeat(32), { exceptedBy: 'cloud-files' })]);
    expect(countAlerts(format, render(format, result)) ?? 0).toBe(0);
    const shown = render(format, result, { showExcepted: true });
    expect(countAlerts(format, shown) ?? 1).toBe(1);
    if (id !== 'navigator') expect(shown).toContain('cloud-files');
  });

  test('building blocks show on request only', () => {
    const result = sampleResult([sampleAlert(rule, 'd'.repeat(32), { isBuildingBlock: true })]);
    expect(countAlerts(format, render(format, result)) ?? 0).toBe(0);
    expect(countAlerts(format, render(format, result, { showBuildingBlocks: true })) ?? 1).toBe(1);
  });

  test('hostile text stays text', () => {
    const text = render(format, hostileResult());
    expect(countAlerts(format, text) ?? 1).toBe(1);
    expect(text).not.toMatch(FORBIDDEN);
    if (id === 'csv') {
      for (const cell of parseCsv(text).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    } else {
      expect(text).not.toContain('\r');
    }
  });

  test('the same result gives the same bytes, whatever time the scan took', () => {
    const result = realisticResult();
    const slow = { ...result, summary: { ...result.summary, elapsedMs: 99_000 } };
    expect(render(format, result)).toBe(render(format, result));
    if (id !== 'table') expect(render(format, slow)).toBe(render(format, result));
  });

  test('many alerts are walked, not collected', () => {
    const many = 20_000;
    let yielded = 0;
    let written = 0;
    let longest = 0;
    let behind = 0;
    const alerts: Iterable<Alert> = {
      *[Symbol.iterator]() {
        yielded = written = 0;
        for (let i = 0; i < many; i++) {
          yielded++;
          behind = Math.max(behind, yielded - written);
          yield sampleAlert(rule, i.toString(16).padStart(32, '0'), { originalTime: 1_772_546_400_000 + i * 1_000 });
        }
      },
    };
    const { summary } = sampleResult([sampleAlert(rule, '0')], { alertCount: many });
    let size = 0;
    format.write(
      { summary, alerts },
      (piece) => {
        written++;
        size += piece.length;
        longest = Math.max(longest, piece.length);
      },
      OPTIONS,
    );
    expect(longest).toBeLessThan(64 * 1024);
    if (['json', 'jsonl', 'csv', 'sarif'].includes(id)) expect(behind).toBeLessThan(3);
    // Formats for people show a part and say how large the rest is.
    else expect(size).toBeLessThan(DETAILED_ALERTS * 4_096);
  });

  test('the rest is counted where only a part is shown', () => {
    const alerts = Array.from({ length: DETAILED_ALERTS + 500 }, (_, i) =>
      sampleAlert(rule, String(i).padStart(32, '0')),
    );
    const text = render(format, sampleResult(alerts));
    if (id === 'html') {
      expect(countAlerts(format, text)).toBe(DETAILED_ALERTS);
      expect(text).toContain('500 further findings are counted but not shown');
    } else if (id === 'table') {
      expect(text).toContain('and 2,495 more (see --format html)');
    } else {
      expect(countAlerts(format, text) ?? alerts.length).toBe(alerts.length);
    }
  });
});

test('html loads nothing and runs nothing', () => {
  for (const result of [realisticResult(), hostileResult()]) {
    const text = render(formats.get('html'), result);
    const style = /<style>([^]*?)<\/style>/.exec(text)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(text).toContain(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(style).not.toMatch(/url\(|@import|@font-face/);
    const { attributes } = checkHtml(text);
    expect([...attributes.keys()].filter((name) => /^on|^src|^style$|^action$|^background$/.test(name))).toEqual([]);
    for (const target of attributes.get('href') ?? []) expect(target).toMatch(/^#|^https?:\/\//);
    for (const fill of attributes.get('fill') ?? []) expect(fill).toMatch(/^(none|currentColor|url\(#p-\w+\))$/);
  }
});

test('hostile alerts survive json unchanged', () => {
  const [line] = render(formats.get('jsonl'), hostileResult()).split('\n');
  const alert = JSON.parse(line!) as { user: { name: string } };
  expect(alert.user.name).toBe(HOSTILE);
});

test('an unknown format gets the nearest name', () => {
  expect(() => formats.get('sarf')).toThrow(/Did you mean "sarif"/);
});
