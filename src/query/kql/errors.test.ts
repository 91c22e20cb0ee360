import { expect, test } from 'vitest';
import { formatError, SmbError } from '../../base/error.ts';
import { compileKql } from './compile-kql.ts';

function errorOf(text: string): string {
  try {
    compileKql({ file: 'smb-egress.toml', text, line: 14, column: 1 }, { now: 0 });
  } catch (error) {
    if (error instanceof SmbError) return `\n${formatError(error)}\n`;
    throw error;
  }
  return 'no error';
}

test('source.ip:()', () => {
  expect(errorOf('source.ip:()')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:12  expected a value, found ")"
        source.ip:()
                   ^  put one value or a list such as (a or b) between the brackets
    "
  `);
});

test('()', () => {
  expect(errorOf('()')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:2  expected a condition, found ")"
        ()
         ^  put one value or a list such as (a or b) between the brackets
    "
  `);
});

test('user.name:', () => {
  expect(errorOf('user.name:')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:11  expected a value, found the end
        user.name:
                  ^  write a value, or * for "the field is there"
    "
  `);
});

test('user.name:>5', () => {
  expect(errorOf('user.name:>5')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:11  expected a value, found ">"
        user.name:>5
                  ^  write user.name > … without the colon
    "
  `);
});

test('user.name > (1 or 2)', () => {
  expect(errorOf('user.name > (1 or 2)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:13  expected one value, found "("
        user.name > (1 or 2)
                    ^  compare with one value at a time: user.name > 1 or user.name > 2
    "
  `);
});

test('(user.name:a or user.name:b', () => {
  expect(errorOf('(user.name:a or user.name:b')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:1  this bracket is not closed
        (user.name:a or user.name:b
        ^  add a ), or write \\( for the character
    "
  `);
});

test('user.name:a)', () => {
  expect(errorOf('user.name:a)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:12  expected "and", "or" or the end, found ")"
        user.name:a)
                   ^  take it away, or write \\) for the character
    "
  `);
});

test('user.name:(a or b', () => {
  expect(errorOf('user.name:(a or b')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:11  this bracket is not closed
        user.name:(a or b
                  ^  add a ), or write \\( for the character
    "
  `);
});

test('source.ip: fe80::1', () => {
  expect(errorOf('source.ip: fe80::1')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:16  expected "and", "or" or the end, found ":"
        source.ip: fe80::1
                       ^  write \\: for a colon inside a value, or put the value in quotes: "fe80::1"
    "
  `);
});

test('user.name:"abc', () => {
  expect(errorOf('user.name:"abc')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:11  this quote is not closed
        user.name:"abc
                  ^  add a " behind the text, or write \\" for the character
    "
  `);
});

test('file.path:C\\Windows', () => {
  expect(errorOf('file.path:C\\Windows')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:12  a backslash cannot stand before "W"
        file.path:C\\Windows
                   ^^  write \\\\ for a backslash
    "
  `);
});

test('a and(b)', () => {
  expect(errorOf('a and(b)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:6  expected "and", "or" or the end, found "("
        a and(b)
             ^  put a blank behind "and"
    "
  `);
});

test('(a) AND(b)', () => {
  expect(errorOf('(a) AND(b)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:5  expected "and", "or" or the end, found "AND" without blanks around it
        (a) AND(b)
            ^^^  put a blank before and behind "AND"
    "
  `);
});

test('(a)or (b)', () => {
  expect(errorOf('(a)or (b)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:4  expected "and", "or" or the end, found "or" without blanks around it
        (a)or (b)
           ^^  put a blank before and behind "or"
    "
  `);
});

test('event.code:1 && source.port:445', () => {
  expect(errorOf('event.code:1 && source.port:445')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:28  expected "and", "or" or the end, found ":"
        event.code:1 && source.port:445
                                   ^  write and instead of &&
    "
  `);
});

test('event.code:1 source.port:445', () => {
  expect(errorOf('event.code:1 source.port:445')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:25  expected "and", "or" or the end, found ":"
        event.code:1 source.port:445
                                ^  join two conditions with and: … and source.port:…
    "
  `);
});

test('user.name:not a', () => {
  expect(errorOf('user.name:not a')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:11  expected a value, found "not"
        user.name:not a
                  ^^^  write not before the field: not field:value
    "
  `);
});

test('not not a', () => {
  expect(errorOf('not not a')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:5  expected a condition, found "not"
        not not a
            ^^^  put the inner one in brackets: not (not …)
    "
  `);
});

test('not(a)', () => {
  expect(errorOf('not(a)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:4  expected "and", "or" or the end, found "("
        not(a)
           ^  put a blank behind "not"
    "
  `);
});

test('user.name:a not b', () => {
  expect(errorOf('user.name:a not b')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:13  expected "and", "or" or the end, found "not"
        user.name:a not b
                    ^  write "and not"; for the word itself write \\not or put the text in quotes
    "
  `);
});

test('event.code:1 and ', () => {
  expect(errorOf('event.code:1 and ')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:18  expected a condition, found the end
        event.code:1 and 
                         ^  write a condition, or take away the last word
    "
  `);
});

test('threat.enrichments:{ indicator.type:x', () => {
  expect(errorOf('threat.enrichments:{ indicator.type:x')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:20  this bracket is not closed
        threat.enrichments:{ indicator.type:x
                           ^  add a }, or write \\{ for the character
    "
  `);
});

test('user.name:(a:b)', () => {
  expect(errorOf('user.name:(a:b)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:13  expected "and", "or" or ")", found ":"
        user.name:(a:b)
                    ^  write \\: for a colon inside a value, or put the value in quotes: "a:b"
    "
  `);
});

test('user.name:a\\', () => {
  expect(errorOf('user.name:a\\')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:12  a backslash cannot stand before the end
        user.name:a\\
                   ^  write \\\\ for a backslash
    "
  `);
});

test('user.name:"a" "b"', () => {
  expect(errorOf('user.name:"a" "b"')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:15  expected "and", "or" or the end, found """
        user.name:"a" "b"
                      ^  join two conditions with and
    "
  `);
});

test('user.name:a > 5', () => {
  expect(errorOf('user.name:a > 5')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:13  expected "and", "or" or the end, found ">"
        user.name:a > 5
                    ^  join two conditions with and; for the character write \\>
    "
  `);
});

test('event.category:null', () => {
  expect(errorOf('event.category:null')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:16  null is no value: absent fields have none
        event.category:null
                       ^^^^  write not event.category:*
    "
  `);
});

test('source.ip:10.*', () => {
  expect(errorOf('source.ip:10.*')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:11  source.ip is an address and takes no pattern
        source.ip:10.*
                  ^^^^  write 10.0.0.0/8
    "
  `);
});

test('source.ip:10.0.*', () => {
  expect(errorOf('source.ip:10.0.*')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:11  source.ip is an address and takes no pattern
        source.ip:10.0.*
                  ^^^^^^  write 10.0.0.0/16
    "
  `);
});

test('source.port:http', () => {
  expect(errorOf('source.port:http')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:13  source.port is a number, and "http" is none
        source.port:http
                    ^^^^  write digits such as 445, in decimal
    "
  `);
});

test('source.port:44*', () => {
  expect(errorOf('source.port:44*')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:13  source.port is a number and takes no pattern
        source.port:44*
                    ^^^  write source.port >= 1 and source.port < 10
    "
  `);
});

test('@timestamp:2026*', () => {
  expect(errorOf('@timestamp:2026*')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:12  @timestamp is a date and takes no pattern
        @timestamp:2026*
                   ^^^^^  write the part you mean: 2026-03-01 is that day
    "
  `);
});

test('@timestamp:yesterday', () => {
  expect(errorOf('@timestamp:yesterday')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:12  @timestamp is a date, and "yesterday" is none
        @timestamp:yesterday
                   ^^^^^^^^^  write a date such as 2026-03-01, 2026-03-01T10:15:00Z, now-1h or 2026-03-01||+1d
    "
  `);
});

test('message > a', () => {
  expect(errorOf('message > a')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:11  message is text, which is split into words and has no order
        message > a
                  ^  write message:word
    "
  `);
});

test('smb.share.admin:yes', () => {
  expect(errorOf('smb.share.admin:yes')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:17  smb.share.admin is true or false, and "yes" is neither
        smb.share.admin:yes
                        ^^^  write true or false in lower case
    "
  `);
});

test('source.ip > 10.0.0.0/8', () => {
  expect(errorOf('source.ip > 10.0.0.0/8')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:13  source.ip is compared with one address, and "10.0.0.0/8" is none
        source.ip > 10.0.0.0/8
                    ^^^^^^^^^^  write source.ip:"10.0.0.0/8" for a network
    "
  `);
});

test('source:{ ip:10.0.0.1 }', () => {
  expect(errorOf('source:{ ip:10.0.0.1 }')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:1  source does not hold objects of its own
        source:{ ip:10.0.0.1 }
        ^^^^^^  write source.name:value and … without braces; nested fields are: threat.enrichments
    "
  `);
});

test('threat.enrichments.indicator.ip:10.0.0.1', () => {
  expect(errorOf('threat.enrichments.indicator.ip:10.0.0.1')).toMatchInlineSnapshot(`
    "
    KQL-TYPE smb-egress.toml:14:33  threat.enrichments.indicator.ip belongs to the objects of threat.enrichments
        threat.enrichments.indicator.ip:10.0.0.1
                                        ^^^^^^^^  write threat.enrichments:{ indicator.ip:… }
    "
  `);
});

test('event.code:1\nand source.port:😀x)', () => {
  expect(errorOf('event.code:1\nand source.port:😀x)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:15:19  expected "and", "or" or the end, found ")"
        and source.port:😀x)
                          ^  take it away, or write \\) for the character
    "
  `);
});

test('😀😀:)', () => {
  expect(errorOf('😀😀:)')).toMatchInlineSnapshot(`
    "
    KQL-SYNTAX smb-egress.toml:14:4  expected a value, found ")"
        😀😀:)
           ^  put one value or a list such as (a or b) between the brackets
    "
  `);
});
