import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS, idScopeOf } from '../access/caller.ts';
import type { RouteGroup } from '../app-types.ts';
import { EvidenceAnswer, EvidenceUpload, NewEvidence } from '../contract/evidence.ts';
import type { EvidenceOutcome } from '../ingest/evidence-reading.ts';
import { Upload } from '../ingest/upload.ts';

/** Bytes of one piece. */
const MAX_PIECE_BYTES = 16 * 1024 * 1024;
/** Uploads at the same time. */
const MAX_UPLOADS = 32;
/** An upload of which nothing comes for so long was given up by its sender. */
const IDLE_MS = 10 * 60_000;

const Id = Type.Object({ id: Type.String({ description: 'As the beginning was answered' }) });

/** `/api/v1/evidence`: files of any format, sent in pieces. */
export const evidenceRoutes: RouteGroup = {
  name: 'evidence',
  register: (app, { intake }) => {
    const uploads = new Map<string, Upload>();
    const config = { access: ACCESS.ingest };
    let pieces = 0;
    const find = (id: string): Upload => {
      const upload = uploads.get(id);
      if (upload) return upload;
      throw new SmbError('API-NOT-FOUND', 'There is no such upload; it may have been given up.', {
        fix: 'begin it again: nothing is doubled',
      });
    };
    const giveUpIdle = () => {
      for (const [id, upload] of uploads) {
        if (intake.now() - upload.lastMs < IDLE_MS) continue;
        uploads.delete(id);
        void upload.end();
      }
    };
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
        giveUpIdle();
        if (uploads.size >= MAX_UPLOADS) throw new SmbError('API-BUSY', `${MAX_UPLOADS} uploads are going on.`);
        const id = randomUUID();
        uploads.set(id, new Upload(intake, request.body.name, idScopeOf(callerOf(request))));
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
        const upload = find(request.params.id);
        uploads.delete(request.params.id);
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
          find(request.params.id);
          if (pieces >= MAX_UPLOADS) throw new SmbError('API-BUSY', `${MAX_UPLOADS} pieces are on their way.`);
          pieces++;
          reply.raw.once('close', () => pieces--);
        },
        schema: { summary: 'The next piece of a file, up to 16 MiB, as application/octet-stream', params: Id },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body)) throw new SmbError('API-INPUT', 'A piece is application/octet-stream.');
        await find(request.params.id).push(request.body);
        return reply.status(204).send();
      },
    );
  },
};

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
