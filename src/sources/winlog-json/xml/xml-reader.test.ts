import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../test/conformance/sources.ts';
import { parseXml, XmlError } from './xml-reader.ts';

describe('texts', () => {
  test.each([
    ['<a>x</a>', 'x'],
    ['<a>a&amp;b &lt;c&gt; &quot;d&quot; &apos;e&apos;</a>', 'a&b <c> "d" \'e\''],
    ['<a>&#65;&#x42;&#x1F600;</a>', 'AB\u{1f600}'],
    ['<a>&#x110000;&#9999999;</a>', '&#x110000;&#9999999;'],
    ['<a>&amp;lt;</a>', '&lt;'],
    ['<a>&own; &undefined</a>', '&own; &undefined'],
    ['<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;'],
    ['<a>x<!-- <b> -->y</a>', 'xy'],
    ['<?xml version="1.0"?>\r\n<!-- c --><a>\r\n\tx\r\n</a>', '\r\n\tx\r\n'],
    ['<a/>', ''],
    ['<a>x<b>inner</b>y</a>', 'xy'],
    ['<p:a>x</p:a>', 'x'],
  ])('%j holds %j', (xml, text) => expect(parseXml(xml).text).toBe(text));
});

test('attributes of either quote, with line ends, without prefix', () => {
  const { attributes } = parseXml(`<a one="1" two = '"2"'\r\n p:three='a&lt;b>c'/>`);
  expect([...attributes]).toEqual([
    ['one', '1'],
    ['two', '"2"'],
    ['three', 'a<b>c'],
  ]);
});

test.each([
  ['', 'there is no element'],
  ['text', 'there is no element'],
  ['<a>', '<a> is not closed'],
  ['<a', '<a> is not closed'],
  ['<a><b></a>', '</a> closes nothing'],
  ['</a>', '</a> closes nothing'],
  ['<a b>x</a>', 'expected ='],
  ['<a b=c>x</a>', 'in quotes'],
  ['<a b="c>x</a>', 'no closing quote'],
  ['<a><!-- x</a>', 'expected -->'],
  ['<a><![CDATA[ x</a>', 'expected ]]>'],
  ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'DOCTYPE'],
  ['<a><!DOCTYPE b></a>', 'DOCTYPE'],
  ['< a></a>', 'name of an element'],
])('%j is refused: %s', (xml, message) => expect(() => parseXml(xml)).toThrow(message));

const within = (run: () => unknown): void => {
  try {
    run();
  } catch (cause) {
    expect(cause).toBeInstanceOf(XmlError);
  }
};

describe('hostile documents end quickly', () => {
  const MANY = 200_000;

  test.each([
    ['nesting', '<a>'.repeat(MANY)],
    ['elements', `<a>${'<b/>'.repeat(MANY)}</a>`],
    ['attributes', `<a ${'b="" '.repeat(MANY)}/>`],
    ['an attribute of 10 MB', `<a b="${'x'.repeat(10_000_000)}"/>`],
    ['an attribute of 10 MB without end', `<a b="${'x'.repeat(10_000_000)}`],
    ['a name of 10 MB', `<${'x'.repeat(10_000_000)}`],
    ['ampersands', `<a>${'&'.repeat(10_000_000)}</a>`],
    ['entities', `<a>${'&lt;'.repeat(500_000)}</a>`],
    ['blanks', `<a ${' '.repeat(10_000_000)}`],
    ['comments', `<a>${'<!---->'.repeat(MANY)}`],
    ['closings', '</a>'.repeat(MANY)],
  ])('%s', (_what, xml) => within(() => parseXml(xml)));

  test('cut and damaged anywhere: an element or a located refusal', () => {
    const xml = `<?xml version="1.0"?><a b='1' c="2"><!-- d --><e>&lt;f&gt;</e><![CDATA[g]]><h i="j"/></a>`;
    for (let end = 0; end < xml.length; end++) within(() => parseXml(xml.slice(0, end)));
    const random = seededRandom(3);
    for (let i = 0; i < 1000; i++) {
      const at = Math.floor(random() * xml.length);
      within(() =>
        parseXml(xml.slice(0, at) + String.fromCharCode(32 + Math.floor(random() * 95)) + xml.slice(at + 1)),
      );
    }
  });
});
