import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import type { Alert, AlertLeg, AlertSequence } from '../alert.ts';
import type { Severity } from '../../event/severity.ts';
import type { Rule, Threat } from '../rule.ts';
import { applyOverrides } from './overrides.ts';
import { describeEvent, type ReasonFacts, reasonOf } from './reason.ts';

/** Members an alert lists; their true number is counted. */
export const MAX_MEMBERS = 100;

/** A leg whose words are made of its event unless given. */
type DraftLeg = Omit<AlertLeg, 'what'> & { readonly what?: string | undefined };

/** What an executor found; the rest follows from the rule and the document. */
export interface AlertDraft {
  readonly id: string;
  readonly document: Document;
  readonly originalTime: number;
  readonly lastTime: number;
  readonly members: Alert['members'];
  readonly memberCount: number;
  /** The rule's own unless given. */
  readonly severity?: Severity;
  readonly riskScore?: number;
  readonly threat?: readonly Threat[];
  readonly group?: Alert['group'];
  readonly finding?: Alert['finding'];
  readonly newTerms?: Alert['newTerms'];
  readonly sequence?: Omit<AlertSequence, 'legs'> & { readonly legs: readonly DraftLeg[] };
  readonly exceptedBy: string | undefined;
  /** As the rule says unless given. */
  readonly isBuildingBlock?: boolean;
  /** What happened and what nobody could see, in words, for the sentence. */
  readonly told?: ReasonFacts['told'];
  readonly notes?: readonly string[];
}

/** Completes alerts of one rule: overrides, reason, everything in one order. */
export class AlertBuilder {
  private readonly rule: Rule;
  private readonly view: DocumentEvent;
  private readonly oneLeg: DocumentEvent;

  constructor(rule: Rule, networks: Networks) {
    this.rule = rule;
    this.view = new DocumentEvent(networks);
    this.oneLeg = new DocumentEvent(networks);
  }

  build(draft: AlertDraft): Alert {
    const { rule, view } = this;
    const sequence = this.described(draft);
    view.point(draft.document);
    const { severity, riskScore, name, notes } = applyOverrides(
      rule,
      view,
      draft.severity ?? rule.severity,
      draft.riskScore ?? rule.riskScore,
    );
    const facts = {
      rule,
      name,
      severity,
      originalTime: draft.originalTime,
      lastTime: draft.lastTime,
      memberCount: draft.memberCount,
      group: draft.group,
      finding: draft.finding,
      newTerms: draft.newTerms,
      sequence,
      told: draft.told,
    };
    const reason = reasonOf(facts, view, (leg) => this.legView(draft, leg));
    return {
      id: draft.id,
      rule,
      name,
      severity,
      riskScore,
      threat: draft.threat ?? rule.threat,
      reason,
      originalTime: draft.originalTime,
      lastTime: draft.lastTime,
      document: draft.document,
      members: draft.members,
      memberCount: draft.memberCount,
      group: draft.group,
      finding: draft.finding,
      newTerms: draft.newTerms,
      sequence,
      suppression: undefined,
      exceptedBy: draft.exceptedBy,
      isBuildingBlock: draft.isBuildingBlock ?? rule.buildingBlock,
      notes: [...(draft.notes ?? []), ...notes],
    };
  }

  /** @returns the draft's timeline with a few words on each event that was kept */
  private described({ sequence, members }: AlertDraft): AlertSequence | undefined {
    if (!sequence) return undefined;
    const documents = new Map(members.map(({ id, document }) => [id, document]));
    const legs = sequence.legs.map((leg) => {
      const document = leg.event === undefined ? undefined : documents.get(leg.event);
      if (leg.what !== undefined || !document) return { ...leg, what: leg.what };
      this.oneLeg.point(document);
      return { ...leg, what: describeEvent(this.oneLeg) || undefined };
    });
    return { ...sequence, legs };
  }

  /** @returns the first event of a leg, when it was kept; valid until the next call */
  private legView({ sequence, members }: AlertDraft, name: string): EventView | undefined {
    const event = sequence?.legs.find((leg) => leg.name === name && leg.event !== undefined)?.event;
    const document = event === undefined ? undefined : members.find(({ id }) => id === event)?.document;
    if (document) this.oneLeg.point(document);
    return document && this.oneLeg;
  }
}
