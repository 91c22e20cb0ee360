import type { SmbError } from '../../base/error.ts';
import type { RuleSettings, SigmaSettings } from '../../config/config.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { SigmaFilter } from '../../query/sigma/sigma-document.ts';
import type { Rule } from '../rule.ts';

/** What loading rules needs to know beside their files. */
export interface RuleContext {
  /** Milliseconds since 1970: `now` in the date tests of queries, fixed for the run. */
  readonly now: number;
  /** The configuration's word on rules. */
  readonly settings: RuleSettings;
  /** The configuration's word on Sigma rules; without it no placeholder has values. */
  readonly sigma?: SigmaSettings | undefined;
  /** Ids of rules that exist and are not loaded now; the configuration may name them. */
  readonly otherIds?: readonly string[] | undefined;
  /** Datasets the sources can give (a `*` stands for the rest of a family), to find rules that see nothing. */
  readonly knownDatasets?: readonly string[] | undefined;
}

/** A rule that is kept and listed, but that this version cannot run. */
export interface UnsupportedRule {
  readonly id: string;
  readonly name: string;
  /** Type or language as written. */
  readonly type: string;
  readonly reason: string;
  readonly file: string;
}

/** What became of one rule file, or one document of a Sigma file: a rule, an unsupported rule, or errors. */
export interface LoadedRuleFile {
  readonly file: string;
  /** The rule's id, where it could be read, also when the rule has errors. */
  readonly id: string | undefined;
  readonly rule?: Rule;
  readonly unsupported?: UnsupportedRule;
  /** Of a Sigma rule that filters narrow: the rule alone, and what each filter leaves out. */
  readonly narrowed?: {
    readonly unfiltered: Predicate;
    readonly filters: readonly { readonly filter: SigmaFilter; readonly leftOut: Predicate }[];
    /** Text that rules about the same kind of events share. */
    readonly logsource: string;
  };
  /** The document narrows other rules and is none itself. */
  readonly isFilter?: boolean;
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
}
