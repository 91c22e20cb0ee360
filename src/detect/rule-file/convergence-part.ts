import { didYouMean } from '../../base/suggest.ts';
import { placeOf } from '../../base/place.ts';
import { SmbError } from '../../base/error.ts';
import type { TomlNode, TomlText } from '../../base/toml/toml-node.ts';
import type { Located, TableRead } from '../../base/toml/toml-reader.ts';
import { fields } from '../../event/field.ts';
import { and, type Predicate } from '../../query/predicate.ts';
import type {
  ConvergenceGrade,
  ConvergenceLeg,
  ConvergencePart,
  ConvergenceWay,
  WayNeed,
} from '../convergence/convergence-part.ts';
import { RISK_SCORE, type RuleLeg } from '../rule.ts';
import type { RULE_KEYS } from './rule-keys.ts';
import type { RuleReading } from './rule-reading.ts';

type RuleRead = TableRead<typeof RULE_KEYS>;
type PartRead = NonNullable<RuleRead['values']['convergence']>;
type LegRead = NonNullable<PartRead['values']['leg']>[number];
type WayRead = NonNullable<LegRead['values']['way']>[number];
type GradeRead = NonNullable<PartRead['values']['grade']>[number];

/** The part of a rule with the queries of its ways, which become the legs of the rule. */
export interface ConvergenceReading {
  readonly part: ConvergencePart;
  /** Query of each way. */
  readonly ways: readonly { readonly name: string; readonly predicate: Predicate }[];
  /** Queries that show what is collected. */
  readonly sights: readonly Predicate[];
}

/** Words of `says` that are no fields. */
const SAID = ['count', 'after'];

/** @returns the part of a rule of type `convergence`; what is wrong with it is recorded */
export function toConvergence(reading: RuleReading, read: RuleRead): ConvergenceReading | undefined {
  const { type, convergence } = read.values;
  if (type !== 'convergence') return undefined;
  if (!convergence) {
    const at: TomlNode = read.nodes.type ?? read.node;
    return read.nodes.convergence
      ? undefined
      : reading.reader.fail('missing', 'A rule of type "convergence" needs [rule.convergence].', at);
  }
  return new ConvergenceReader(reading, convergence).read();
}

/**
 * @param datasets condition on the dataset that holds for every leg
 * @returns the legs of a rule: its ways, then the events that show what is collected
 */
export function convergenceLegs(read: ConvergenceReading | undefined, datasets: Predicate): RuleLeg[] {
  if (!read) return [];
  return [
    ...read.ways.map(({ name, predicate }) => ({ name, predicate: and([datasets, predicate]) })),
    ...read.sights.map((predicate, i) => ({
      name: `sight ${i + 1}`,
      predicate: and([datasets, predicate]),
      isSight: true,
    })),
  ];
}

/** Reads one part; names become numbers, and a name that nothing has is an error with the nearest. */
class ConvergenceReader {
  private readonly reading: RuleReading;
  private readonly part: PartRead;
  private readonly legNames: readonly string[];
  private readonly linkNames: ReadonlySet<string>;
  /** Queries of sights by their text, since several ways may have the same. */
  private readonly sights = new Map<string, Predicate>();
  private readonly wayNumbers: readonly (readonly number[])[];

  constructor(reading: RuleReading, part: PartRead) {
    this.reading = reading;
    this.part = part;
    const legs = part.values.leg ?? [];
    this.legNames = legs.map(({ values }) => values.name ?? '');
    this.linkNames = new Set(
      legs.flatMap(({ values }) => (values.way ?? []).flatMap((way) => [...(way.values.links?.keys() ?? [])])),
    );
    let next = 0;
    this.wayNumbers = legs.map(({ values }) => (values.way ?? []).map(() => next++));
  }

  read(): ConvergenceReading {
    const { window = 1, per, same, order, leg: legs = [], grade: grades = [] } = this.part.values;
    const anchor = this.anchor();
    const ways = legs.flatMap((leg, i) => (leg.values.way ?? []).map((way) => this.way(way, i, anchor)));
    this.checkLegs(legs);
    const part: ConvergencePart = {
      windowMs: window,
      per: namesOf(per),
      same: namesOf(same),
      anchor,
      isOrdered: order === 'listed',
      legs: legs.map(
        ({ values }, i): ConvergenceLeg => ({
          name: values.name ?? '',
          ways: this.wayNumbers[i]!,
          isSupporting: values.supporting ?? false,
          blind: values.blind,
        }),
      ),
      ways: ways.map(({ way }) => way),
      grades: grades.map((grade) => this.grade(grade)),
    };
    if (grades.length === 0)
      this.fail('missing', 'A convergence needs at least one [[rule.convergence.grade]].', this.part.node);
    return {
      part,
      ways: ways.map(({ way, predicate }) => ({ name: `${this.legNames[way.leg]}: ${way.name}`, predicate })),
      sights: [...this.sights.values()],
    };
  }

  private checkLegs(legs: readonly LegRead[]): void {
    legs.forEach(({ values, nodes, node }, i) => {
      if (this.legNames.indexOf(values.name ?? '') < i)
        this.fail('value', 'Two legs have this name.', nodes.name ?? node);
      if (values.way?.length === 0)
        this.fail('missing', 'A leg needs at least one [[rule.convergence.leg.way]].', node);
    });
    if (legs.length < 2)
      this.fail('missing', 'A convergence needs at least two legs.', this.part.nodes.leg ?? this.part.node);
  }

  private anchor(): number {
    const { anchor, order } = this.part.values;
    const node = this.part.nodes.anchor;
    if (anchor === undefined || !node) return 0;
    const number = this.leg(anchor, node);
    const isLast =
      number === this.legNames.length - 1 ||
      this.part.values.leg?.slice(number + 1).every((leg) => leg.values.supporting === true) === true;
    if (order === 'listed' && !isLast) this.fail('value', 'Legs that come as listed end with the anchor.', node);
    return number;
  }

  private way(read: WayRead, leg: number, anchor: number): { way: ConvergenceWay; predicate: Predicate } {
    const { values, nodes, node } = read;
    const { per, same, distinct, links = new Map<string, never>(), needs = [] } = values;
    const own = this.part.values;
    const keys = own.per?.length ?? 0;
    if (per && per.length !== keys) {
      this.fail('value', `"per" must name as many fields as the rule's does, ${keys}.`, nodes.per ?? node);
    }
    const stated = namesOf(own.same);
    for (const { value, node: at } of same ?? []) {
      if (stated.includes(value)) continue;
      this.fail('value', `"${value}" is none of the rule's "same".${didYouMean(value, stated)}`, at);
    }
    if (needs.length > 0 && leg !== anchor)
      this.fail('value', 'Only ways of the anchor may need other events.', nodes.needs ?? node);
    const number = this.part.values.leg?.[leg]?.values.way?.indexOf(read) ?? 0;
    const { predicate, text: query } = this.reading.query(values.when);
    return {
      predicate,
      way: {
        name: values.name ?? String(number + 1),
        query: query.trim(),
        leg,
        per: namesOf(per ?? own.per),
        same: stated.map((name) => (!same || namesOf(same).includes(name) ? name : undefined)),
        count: values.count ?? 1,
        distinct: namesOf(distinct),
        againMs: values.again,
        links: [...links].map(([name, { value }]) => ({ name, field: value })),
        needs: needs.map(({ value, node: at }) => this.need(value.values, at)),
        sight: this.sight(values.sight),
        note: values.note,
        says: this.says(values.says),
      },
    };
  }

  private need(
    {
      with: legs,
      link,
      order,
    }: { with?: readonly Located<string>[] | undefined; link?: string | undefined; order?: WayNeed['order'] },
    node: TomlNode,
  ): WayNeed {
    if (link !== undefined) this.link(link, node);
    const ways = (legs ?? []).flatMap(({ value, node: at }) => this.wayNumbers[this.leg(value, at)] ?? []);
    return { ways, link, order };
  }

  /** @returns number of the query among those that show what is collected */
  private sight(node: TomlText | undefined): number | undefined {
    if (!node) return undefined;
    const { text, predicate } = this.reading.query(node);
    const known = [...this.sights.keys()].indexOf(text);
    if (known >= 0) return known;
    this.sights.set(text, predicate);
    return this.sights.size - 1;
  }

  private says(node: TomlText | undefined): string {
    if (!node) return '';
    const source = this.reading.fill(node);
    for (const match of source.text.matchAll(/(?<!\$)\{([^{}]*)\}/g)) {
      const name = match[1]!;
      if (fields.find(name) || SAID.includes(name)) continue;
      const place = placeOf(source, match.index, match.index + match[0].length);
      const message = `There is no field "${name}".${fields.suggestion(name)}`;
      this.reading.reader.failWith(
        new SmbError('RULE-FIELD', message, { place, fix: `a field, or one of ${SAID.join(', ')}` }),
      );
    }
    return source.text.replaceAll(/\s+/g, ' ').trim();
  }

  private grade({ values, node }: GradeRead): ConvergenceGrade {
    const { name = '', legs = [], linked = [], severity = 'low', risk_score: riskScore } = values;
    for (const { value, node: at } of linked) this.link(value, at);
    const numbers = legs.map(({ value, node: at }) => this.leg(value, at));
    for (const number of numbers) {
      if (this.part.values.leg?.[number]?.values.supporting === true)
        this.fail('value', 'A supporting leg is asked for by no grade.', node);
    }
    return {
      name,
      legs: numbers,
      linked: linked.map(({ value }) => value),
      severity,
      riskScore: riskScore ?? RISK_SCORE[severity],
      isBuildingBlock: values.building_block ?? false,
    };
  }

  private leg(name: string, node: TomlNode): number {
    const number = this.legNames.indexOf(name);
    if (number >= 0) return number;
    this.fail(
      'value',
      `There is no leg "${name}".${didYouMean(name, this.legNames)}`,
      node,
      `known: ${this.legNames.join(', ')}`,
    );
    return 0;
  }

  private link(name: string, node: TomlNode): void {
    if (this.linkNames.has(name)) return;
    const known = [...this.linkNames];
    this.fail('value', `There is no link "${name}".${didYouMean(name, known)}`, node, `known: ${known.join(', ')}`);
  }

  private fail(...given: Parameters<RuleReading['reader']['fail']>): void {
    this.reading.reader.fail(...given);
  }
}

function namesOf(list: readonly Located<string>[] | undefined): string[] {
  return (list ?? []).map(({ value }) => value);
}
