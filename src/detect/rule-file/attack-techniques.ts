import { readContentJson } from '../../base/content.ts';

/** One technique or sub-technique. */
export interface AttackTechnique {
  readonly id: string;
  readonly name: string;
  /** Tactics; the first is the one meant when SMB is concerned. */
  readonly tactics: readonly string[];
}

/** The names we know, with the version of ATT&CK they are from. */
export interface AttackTechniques {
  readonly version: string;
  find(id: string): AttackTechnique | undefined;
}

/** Form of an id: a technique, or a sub-technique of it. */
export const TECHNIQUE_ID = /^T\d{4}(\.\d{3})?$/;

let techniques: AttackTechniques | undefined;

/** @returns the techniques of content/attack-techniques.json, read on first use */
export function attackTechniques(): AttackTechniques {
  if (!techniques) {
    const data = readContentJson<{ version: string; techniques: AttackTechnique[] }>('attack-techniques.json');
    const byId = new Map(data.techniques.map((technique) => [technique.id, technique]));
    techniques = { version: data.version, find: (id) => byId.get(id) };
  }
  return techniques;
}
