import { type Static, Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS, type Caller, idScopeOf } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { EvidenceAnswer, EvidenceUpload, NewEvidence } from '../contract/evidence.ts';
import type { EvidenceOutcome } from '../ingest/evidence-reading.ts';
import { Uploads } from '../ingest/uploads.ts';

/** Bytes of one piece. */
const MAX_PIECE_BYTES = 16 * 1024 * 1024;

const Id = Type.Object({ id: Type.String({ description: 'As the beginning was answered' }) });

/** `/api/v1/evidence`: files of any format, sent in pieces. */
export const evidenceRoutes: RouteGroup = {
  name: 'evidence',
  register: (app, { intake }) => {
    const uploads = new Uploads(intake);
    const config = { access: ACCESS.ingest };
    app.post(
      '/api/v1/evidence',
      {
        config,
        schema: {
          summary: 'Begins a file that is sent in pieces',
          body: NewEvidence,
          response: { 200: EvidenceUpload },
        },
      },
      async (request) => {
        const caller = callerOf(request);
        const id = uploads.begin(ownerOf(caller), request.body.name, idScopeOf(caller));
        return { id };
      },
    );
    app.post(
      '/api/v1/evidence/:id/end',
      {
        config,
        schema: {
          summary: 'Ends a file; answered once its events are on disk',
          params: Id,
          response: { 200: EvidenceAnswer },
        },
      },
      async (request) => {
        const upload = uploads.take(ownerOf(callerOf(request)), request.params.id);
        return toAnswer(await upload.end());
      },
    );
    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    app.put(
      '/api/v1/evidence/:id',
      {
        config,
        bodyLimit: MAX_PIECE_BYTES,
        // Before the body is read: what nobody waits for, or too much at once, takes no memory.
        onRequest: async (request, reply) => {
          const ended = uploads.announce(ownerOf(callerOf(request)), request.params.id);
          reply.raw.once('close', ended);
        },
        schema: { summary: 'The next piece of a file, up to 16 MiB, as application/octet-stream', params: Id },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body)) throw new SmbError('API-INPUT', 'A piece is application/octet-stream.');
        await uploads.find(ownerOf(callerOf(request)), request.params.id).push(request.body);
        return reply.status(204).send();
      },
    );
  },
};

/** An upload is whose who began it. */
function ownerOf({ via, name }: Caller): string {
  return `${via} ${name}`;
}

function toAnswer({ failure, files, skipped, ...counts }: EvidenceOutcome): Static<typeof EvidenceAnswer> {
  return {
    ...counts,
    skipped: skipped.map((one) => ({ ...one })),
    files: files.map(({ file, format, events, problem }) => ({
      file,
      events,
      ...(format !== undefined && { format }),
      ...(problem !== undefined && { problem }),
    })),
    ...(failure !== undefined && { failure }),
  };
}
