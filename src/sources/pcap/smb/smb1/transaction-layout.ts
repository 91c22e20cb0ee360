/** Where parameters, data and setup of transactions lie (MS-CIFS 2.2.4.33, 2.2.4.34, 2.2.4.46, 2.2.4.47, 2.2.4.62, 2.2.4.63). */
import type { Message } from '../message.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Part } from './smb1-part.ts';

/** Where the pieces of a primary lie. */
export interface Layout {
  readonly parametersTotal: number;
  readonly dataTotal: number;
  readonly parameters: number;
  readonly parametersCount: number;
  readonly data: number;
  readonly dataCount: number;
  readonly setup: number;
  readonly setupCount: number;
}

/** @returns where they lie in a primary */
export function layoutOf(m: Message, { command, words }: Smb1Part): Layout {
  const at = words - 33;
  if (command === smb1.NT_TRANSACT) {
    return {
      parametersTotal: m.u32(at + 36),
      dataTotal: m.u32(at + 40),
      parametersCount: m.u32(at + 52),
      parameters: m.u32(at + 56),
      dataCount: m.u32(at + 60),
      data: m.u32(at + 64),
      setupCount: m.u8(at + 68),
      setup: at + 71,
    };
  }
  return {
    parametersTotal: m.u16(at + 33),
    dataTotal: m.u16(at + 35),
    parametersCount: m.u16(at + 51),
    parameters: m.u16(at + 53),
    dataCount: m.u16(at + 55),
    data: m.u16(at + 57),
    setupCount: m.u8(at + 59),
    setup: at + 61,
  };
}

/** Where a further piece lies, and where it belongs. */
export type SecondaryLayout = Pick<Layout, 'parameters' | 'parametersCount' | 'data' | 'dataCount'> & {
  readonly parametersAt: number;
  readonly dataAt: number;
};

/** @returns where the piece lies in a secondary, whose words begin behind the header */
export function secondaryLayout(m: Message): SecondaryLayout {
  if (m.u8(4) === smb1.NT_TRANSACT_SECONDARY) {
    return {
      parametersCount: m.u32(44),
      parameters: m.u32(48),
      parametersAt: m.u32(52),
      dataCount: m.u32(56),
      data: m.u32(60),
      dataAt: m.u32(64),
    };
  }
  return {
    parametersCount: m.u16(37),
    parameters: m.u16(39),
    parametersAt: m.u16(41),
    dataCount: m.u16(43),
    data: m.u16(45),
    dataAt: m.u16(47),
  };
}
