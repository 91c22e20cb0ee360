import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { link, renderMarkdown } from './markdown.ts';

const render = (text: string) => renderMarkdown(text, 3).text.replaceAll('\n', '');

test.each([
  ['## Head', '<h4>Head</h4>'],
  ['####### no', '<p>####### no</p>'],
  ['one\ntwo\n\nthree', '<p>one two</p><p>three</p>'],
  ['- a\n- b\n  more', '<ul><li>a</li><li>b more</li></ul>'],
  ['1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
  ['1. a\n   - x\n   - y\n2. b', '<ol><li>a<ul><li>x</li><li>y</li></ul></li><li>b</li></ol>'],
  ['text\n- a', '<p>text</p><ul><li>a</li></ul>'],
  ['`a<b` **c** d', '<p><code>a&lt;b</code> <strong>c</strong> d</p>'],
  ['```\n<x>\n# y\n```\nz', '<pre><code>&lt;x&gt;# y</code></pre><p>z</p>'],
  ['```\nnever closed', '<pre><code>never closed</code></pre>'],
  [
    '| a | b |\n|---|:-:|\n| 1 | **2** |\n\nz',
    '<div class="scroll"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td><strong>2</strong></td></tr></tbody></table></div><p>z</p>',
  ],
  [
    '[x](https://a.example/?q=1&r="2)',
    '<p><a href="https://a.example/?q=1&amp;r=%222" rel="noreferrer noopener">x</a></p>',
  ],
  ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
  ['[x](data:text/html,y)', '<p>[x](data:text/html,y)</p>'],
  ['[x](/etc/passwd)', '<p>[x](/etc/passwd)</p>'],
  ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
  ['a\u202eb \u001b[31m', '<p>a\\u{202e}b \\x1b[31m</p>'],
])('%j', (text, expected) => {
  expect(render(text)).toBe(expected);
});

test('no text makes an element of its own', () => {
  const known =
    /<(\/?(p|ul|ol|li|h[3-6]|pre|code|strong|table|thead|tbody|tr|td|div class="scroll"|div|th scope="col"|th)|a href="https?:[^"<>]*" rel="noreferrer noopener"|\/a)>/g;
  const piece = fc.constantFrom(
    '<b>',
    '[a](',
    'http://x',
    ')',
    '`',
    '**',
    '- ',
    '\n',
    '  ',
    '1. ',
    '# ',
    '|',
    '|-|',
    '"',
    '```',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 30 }), (pieces) => {
      expect(renderMarkdown(pieces.join(''), 3).text.replace(known, '')).not.toMatch(/[<>"]/);
    }),
  );
});

test.each(['[', '![', '`', '**', '[a](', '| ', '|-', '- ', '  - ', '# ', '\n'])(
  '50,000 times %j takes no time',
  (text) => {
    const start = performance.now();
    renderMarkdown(text.repeat(50_000), 3);
    expect(performance.now() - start).toBeLessThan(2_000);
  },
);

test('links are http(s) only', () => {
  expect(link('x', 'https://example.org/a b')?.text).toContain('href="https://example.org/a%20b"');
  expect(link('x', 'ftp://example.org/')).toBeUndefined();
  expect(link('x', '\u0001javascript:alert(1)')).toBeUndefined();
});
