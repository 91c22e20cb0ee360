import { expect, test } from 'vitest';
import { entryRule, loadSigmaText, securityRule } from '../../../test/tools/sigma/sigma-match.ts';

const LOGSOURCE = 'logsource: {product: windows, service: security}';

/** Rules that must be refused, by what is wrong with them. */
const BAD: readonly (readonly [what: string, text: string])[] = [
  ['no YAML', 'title: [a\ndetection: x'],
  ['a tab as indentation', 'title: x\ndetection:\n\tselection: a'],
  ['no title', `${LOGSOURCE}\ndetection:\n  s: {A: 1}\n  condition: s\n`],
  ['no logsource', 'title: x\ndetection:\n  s: {A: 1}\n  condition: s\n'],
  ['an empty logsource', 'title: x\nlogsource: {definition: y}\ndetection:\n  s: {A: 1}\n  condition: s\n'],
  [
    'a key of logsource that narrows',
    'title: x\nlogsource: {prodct: windows}\ndetection:\n  s: {A: 1}\n  condition: s\n',
  ],
  ['no detection', `title: x\n${LOGSOURCE}\ndetections:\n  s: {A: 1}\n`],
  ['no condition', `title: x\n${LOGSOURCE}\ndetection:\n  s: {EventID: 1}\n`],
  ['an unknown search', securityRule('selection:\n  EventID: 1', 'selektion')],
  ['a pattern that fits nothing', securityRule('selection:\n  EventID: 1', 'selection and 1 of filter_*')],
  ['a pattern without its star', securityRule('selection_a:\n  EventID: 1', '1 of selection')],
  ['a condition of which nothing is left', securityRule('selection:\n  EventID: 1', 'not 1 of filter_*')],
  ['an aggregation', securityRule('selection:\n  EventID: 1', 'selection | count() by IpAddress > 10')],
  ['a timeframe', securityRule('selection:\n  EventID: 1\ntimeframe: 5m')],
  ['a collection of Sigma 1', 'action: global\ntitle: x\n'],
  ['another taxonomy', `title: x\ntaxonomy: splunk\n${LOGSOURCE}\ndetection:\n  s: {EventID: 1}\n  condition: s\n`],
  ['a star without quotes', entryRule('RelativeTargetName: *.exe')],
  ['an unknown modifier', entryRule(`CommandLine|contain: 'x'`)],
  ['an unknown modifier of another tool', entryRule(`CommandLine|lookup: 'x'`)],
  ['re behind another modifier', entryRule(`CommandLine|contains|re: 'x'`)],
  ['a flag without re', entryRule(`CommandLine|i: 'x'`)],
  ['look-ahead', entryRule(`CommandLine|re: 'a(?!b)'`)],
  ['a back-reference', entryRule(`CommandLine|re: '(a)\\1'`)],
  ['an open bracket in a regular expression', entryRule(`CommandLine|re: 'a('`)],
  ['a number where text is needed', entryRule('CommandLine|contains: 5')],
  ['text where a number is needed', entryRule(`LogonType|gt: '5'`)],
  ['wildcards in Base64', entryRule(`CommandLine|base64offset|contains: 'a*'`)],
  ['UTF-16 without Base64', entryRule(`CommandLine|wide|contains: 'a'`)],
  ['no network', entryRule(`IpAddress|cidr: '10.0.0.*'`)],
  ['exists with another modifier', entryRule('IpAddress|exists|neq: true')],
  ['exists with text', entryRule('IpAddress|exists: yes please')],
  ['null with a modifier', entryRule('IpAddress|contains: null')],
  ['an unknown placeholder', entryRule(`TargetUserName|expand: '%Servres%'`)],
  ['an empty list', entryRule('TargetUserName: []')],
  ['an empty search', securityRule('selection: {}')],
  ['a map inside a map', entryRule('TargetUserName:\n  x: y')],
  ['a list inside a list', securityRule('selection:\n  - - a')],
  ['a key that stands twice', securityRule('selection:\n  EventID: 1\n  EventID: 2')],
  ['a level that is none', entryRule('EventID: 1').replace('title: Test', 'title: Test\nlevel: hihg')],
  ['a date part of no date', entryRule('TargetUserName|hour: 5')],
  ['an expression on a number', entryRule(`destination.port|re: '44'`)],
  [
    'two things in one document',
    `title: x\n${LOGSOURCE}\ndetection:\n  s: {EventID: 1}\n  condition: s\ncorrelation: {}\n`,
  ],
  ['a correlation without timespan', 'title: x\ncorrelation: {type: event_count, rules: [a], condition: {gte: 3}}\n'],
  [
    'a correlation of an unknown type',
    'title: x\ncorrelation: {type: event_cuont, rules: [a], timespan: 5m, condition: {gte: 3}}\n',
  ],
  [
    'a timespan that is none',
    'title: x\ncorrelation: {type: event_count, rules: [a], timespan: 5 minutes, condition: {gte: 3}}\n',
  ],
  ['a correlation without condition', 'title: x\ncorrelation: {type: event_count, rules: [a], timespan: 5m}\n'],
  [
    'three comparisons',
    'title: x\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gt: 1, lt: 9, neq: 5}}\n',
  ],
  [
    'a value count without field',
    'title: x\ncorrelation: {type: value_count, rules: [a], timespan: 5m, condition: {gte: 3}}\n',
  ],
  [
    'a rule of a correlation that is not there',
    'title: x\ncorrelation: {type: temporal, rules: [a, b], timespan: 5m}\n',
  ],
  ['a correlation about itself', 'title: x\nname: me\ncorrelation: {type: temporal, rules: [me], timespan: 5m}\n'],
  [
    'a condition of a correlation over another rule',
    'title: x\ncorrelation: {type: temporal, rules: [a, b], timespan: 5m, condition: a and c}\n',
  ],
];

test.each(BAD)('%s', (_what, text) => {
  const { errors, resolved } = loadSigmaText(text);
  expect(errors).toMatchSnapshot();
  expect(errors).toMatch(/ rule\.yml:\d+:\d+ {2}/);
  expect(resolved.every(({ fate }) => fate.kind === 'refused')).toBe(true);
});
