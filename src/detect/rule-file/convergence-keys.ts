/** Keys of the part of rules of type `convergence`. */
import {
  duration,
  flag,
  integer,
  list,
  locatedText,
  mapOf,
  oneOf,
  table,
  tables,
  text,
} from '../../base/toml/shapes.ts';
import type { TableKeys } from '../../base/toml/toml-reader.ts';
import { fieldName, fieldNames, KQL, riskScore, severity } from './rule-shapes.ts';

const NEED = {
  with: {
    shape: list(text(), { min: 1, orOne: true }),
    meaning: 'Legs of which one must have the other event',
    required: true,
  },
  link: { shape: text(), meaning: 'Link whose value both events have', default: 'any event of the same group' },
  order: { shape: oneOf(['before', 'after']), meaning: 'Where the other event stands', default: 'either side' },
} satisfies TableKeys;

const WAY = {
  name: { shape: text(), meaning: 'Name of the way, for messages', default: 'its number' },
  when: { shape: locatedText(KQL), meaning: 'Events that show the leg', required: true },
  per: { shape: fieldNames(1, 5), meaning: 'Fields of the key, in this way', default: 'those of the rule' },
  same: {
    shape: fieldNames(0, 5),
    meaning: "Those of the rule's fields that such events state; [] for none",
    default: 'those of the rule',
  },
  count: { shape: integer({ min: 1, max: 1000 }), meaning: 'Events the leg needs', default: '1' },
  distinct: {
    shape: fieldNames(0, 5),
    meaning: 'Fields whose different values are counted instead of events',
    default: '[]',
  },
  again: { shape: duration({ min: 1 }), meaning: 'After so long the same values count again', default: 'never' },
  links: { shape: mapOf(fieldName(), 'link'), meaning: 'Fields that tie events together, by the name of the link' },
  needs: {
    shape: list(table(NEED)),
    meaning: 'Other events that must be there, for ways of the anchor',
    default: '[]',
  },
  sight: { shape: locatedText(KQL), meaning: 'Events which show that such events are collected from a host' },
  note: { shape: text(), meaning: 'Said when the leg shows in this way because one listed before it is not collected' },
  says: {
    shape: locatedText('text'),
    meaning: 'What happened, with {field}, {count} and {after} for values',
    required: true,
  },
} satisfies TableKeys;

const LEG = {
  name: { shape: text(), meaning: 'Name of the leg', required: true },
  way: { shape: tables(WAY), meaning: 'Ways in which the leg shows', required: true },
  supporting: { shape: flag(), meaning: 'The leg only ties others together; no grade asks for it', default: 'false' },
  blind: { shape: text(), meaning: 'What would make the leg visible' },
} satisfies TableKeys;

const GRADE = {
  name: { shape: text(), meaning: 'How well the legs are tied', required: true },
  legs: { shape: list(text(), { min: 1 }), meaning: 'Legs that are there; the others must be blind', required: true },
  linked: { shape: list(text()), meaning: 'Links of which one ties the anchor to another event', default: '[]' },
  severity: { shape: severity, meaning: 'Severity', required: true },
  risk_score: { shape: riskScore, meaning: 'Risk score', default: 'that of the severity' },
  building_block: { shape: flag(), meaning: 'A weak sign, hidden from people', default: 'false' },
} satisfies TableKeys;

/** Keys of `[rule.convergence]`. */
export const CONVERGENCE = {
  window: {
    shape: duration({ min: 1 }),
    meaning: 'Span of event time that holds all legs, ends included',
    required: true,
  },
  per: {
    shape: fieldNames(1, 5),
    meaning: 'Fields whose values are the key: events of different keys never meet',
    required: true,
  },
  same: {
    shape: fieldNames(0, 5),
    meaning: 'Fields whose values must agree where two events have both',
    default: '[]',
  },
  anchor: { shape: text(), meaning: 'The rarest leg: each of its events is judged once', required: true },
  order: { shape: oneOf(['any', 'listed']), meaning: 'Whether legs come as listed, the anchor last', default: '"any"' },
  leg: { shape: tables(LEG), meaning: 'What comes together', required: true },
  grade: { shape: tables(GRADE), meaning: 'What was found and how well it is tied, strongest first', required: true },
} satisfies TableKeys;
