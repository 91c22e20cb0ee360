/** Builds flow exports: datagrams of NetFlow v5, v9 and IPFIX. */

/** A number of so many bytes, big-endian. */
export type Numbers = readonly (readonly [value: number | bigint, bytes: number])[];

/** @returns numbers one after another */
export function pack(numbers: Numbers): Buffer {
  return Buffer.concat(
    numbers.map(([value, size]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
      return bytes.subarray(8 - size);
    }),
  );
}

/** A record of v5. */
export interface V5Record {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly flags: number;
  readonly packets: number;
  readonly octets: number;
  /** Milliseconds since the exporter started. */
  readonly first: number;
  readonly last: number;
  readonly protocol?: number;
}

/** @returns 32 bits of an IPv4 address */
export function v4(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** A datagram of v5. */
export function v5(
  records: readonly V5Record[],
  header: { uptime: number; seconds: number; sequence?: number; sampling?: number; count?: number },
): Buffer {
  const { uptime, seconds, sequence = 0, sampling = 0, count = records.length } = header;
  return Buffer.concat([
    pack([
      [5, 2],
      [count, 2],
      [uptime, 4],
      [seconds, 4],
      [0, 4],
      [sequence, 4],
      [0, 2],
      [sampling, 2],
    ]),
    ...records.map((record) =>
      pack([
        [v4(record.source), 4],
        [v4(record.destination), 4],
        [0, 8],
        [record.packets, 4],
        [record.octets, 4],
        [record.first >>> 0, 4],
        [record.last >>> 0, 4],
        [record.sourcePort, 2],
        [record.destinationPort, 2],
        [0, 1],
        [record.flags, 1],
        [record.protocol ?? 6, 1],
        [0, 8],
        [0, 1],
      ]),
    ),
  ]);
}

/** A field of a template: element, bytes (65535 for variable), enterprise. */
export type TemplateField = readonly [element: number, size: number, enterprise?: number];

/** A set: templates, options or data. */
export function set(id: number, body: Buffer): Buffer {
  return Buffer.concat([
    pack([
      [id, 2],
      [4 + body.length, 2],
    ]),
    body,
  ]);
}

/** The body of a template. */
export function template(id: number, fields: readonly TemplateField[]): Buffer {
  return Buffer.concat([
    pack([
      [id, 2],
      [fields.length, 2],
    ]),
    fieldList(fields),
  ]);
}

/** Fields of a template. */
export function fieldList(fields: readonly TemplateField[]): Buffer {
  return Buffer.concat(
    fields.map(([element, size, enterprise]) =>
      enterprise === undefined
        ? pack([
            [element, 2],
            [size, 2],
          ])
        : pack([
            [0x8000 | element, 2],
            [size, 2],
            [enterprise, 4],
          ]),
    ),
  );
}

/** A datagram of v9. */
export function v9(
  sets: readonly Buffer[],
  header: { uptime: number; seconds: number; sequence?: number; source?: number; count?: number },
): Buffer {
  const { uptime, seconds, sequence = 0, source = 0, count = sets.length } = header;
  return Buffer.concat([
    pack([
      [9, 2],
      [count, 2],
      [uptime, 4],
      [seconds, 4],
      [sequence, 4],
      [source, 4],
    ]),
    ...sets,
  ]);
}

/** A datagram of IPFIX. */
export function ipfix(
  sets: readonly Buffer[],
  header: { seconds: number; sequence?: number; domain?: number; length?: number },
): Buffer {
  const { seconds, sequence = 0, domain = 0 } = header;
  const body = Buffer.concat(sets);
  return Buffer.concat([
    pack([
      [10, 2],
      [header.length ?? 16 + body.length, 2],
      [seconds, 4],
      [sequence, 4],
      [domain, 4],
    ]),
    body,
  ]);
}
