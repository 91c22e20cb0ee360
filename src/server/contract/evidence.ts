import { Type } from 'typebox';

/** What begins an upload of evidence. */
export const NewEvidence = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 4096, description: 'Name of the file, as it stands in provenance' }),
});

/** Where the pieces of an upload go. */
export const EvidenceUpload = Type.Object({ id: Type.String() });

/** What became of evidence. */
export const EvidenceAnswer = Type.Object({
  created: Type.Integer({ description: 'Events that are new' }),
  known: Type.Integer({ description: 'Events that were there' }),
  unreadable: Type.Integer({ description: 'Places that could not be read' }),
  letters: Type.Integer({ description: 'Dead letters that tell of them; one may tell of many places' }),
  skipped: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
  files: Type.Array(
    Type.Object({
      file: Type.String(),
      format: Type.Optional(Type.String()),
      events: Type.Integer(),
      problem: Type.Optional(Type.String()),
    }),
  ),
  failure: Type.Optional(Type.String({ description: 'Why not all of it was stored; it may be sent again' })),
});
