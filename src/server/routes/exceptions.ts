/** `/api/v1/exceptions`: what is known and approved, made from alerts, and what it silenced. */
import { Type } from 'typebox';
import { formatError, SmbError, SmbErrors } from '../../base/error.ts';
import type { Exception } from '../../detect/exceptions/exception.ts';
import { previewException } from '../../detect/exceptions/preview-exception.ts';
import { proposeException } from '../../detect/exceptions/propose-exception.ts';
import { storedAlertSource } from '../../detect/exceptions/stored-alert-source.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import {
  ExceptionDetail,
  ExceptionInput,
  ExceptionKept,
  ExceptionList,
  PreviewAnswer,
  PreviewInput,
  ProposalAnswer,
  ProposalInput,
} from '../contract/exceptions.ts';
import { exceptionSummaries, remarkText } from '../answers/exception-answers.ts';
import { findAlert } from '../answers/find-alert.ts';
import type { Service } from '../service.ts';

const ById = Type.Object({ id: Type.String() });

const PREVIEW_DAYS = 30;
const DAY_MS = 86_400_000;

/** See above. */
export const exceptionRoutes: RouteGroup = {
  name: 'exceptions',
  register: (app, service) => {
    const { store, exceptions: book } = service;

    app.get(
      '/api/v1/exceptions',
      {
        config: { access: ACCESS.read },
        schema: { summary: 'All exceptions, with what they silenced', response: { 200: ExceptionList } },
      },
      async () => ({ exceptions: await summaries(service), faults: book.errors.map(formatError) }),
    );

    app.get(
      '/api/v1/exceptions/:id',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'An exception as it was written, with its versions',
          params: ById,
          response: { 200: ExceptionDetail },
        },
      },
      async ({ params: { id } }) => {
        const exception = (await summaries(service)).find((one) => one.id === id);
        const history = await store.desk.history('exception', id);
        if (!exception) throw unknown(id);
        const kept = book.kept.find((one) => one.exception.id === id);
        const hits = (await store.runs.exceptionHits()).filter(({ exceptionId }) => exceptionId === id);
        return {
          exception,
          toml: kept?.toml,
          hits: hits.map(({ ruleId, count, lastMs }) => ({ ruleId, count, lastMs })),
          history: history.map(({ by, atMs, document }) => {
            return { by, atMs, toml: document && String(document['toml']) };
          }),
        };
      },
    );

    app.post(
      '/api/v1/exceptions/previews',
      {
        config: { access: ACCESS.triage },
        schema: {
          summary: 'What an exception would have hidden',
          body: PreviewInput,
          response: { 200: PreviewAnswer },
        },
      },
      async ({ body: { toml, days } }) => preview(service, onlyOne(service, toml), days),
    );

    app.post(
      '/api/v1/exceptions/proposals',
      {
        config: { access: ACCESS.triage },
        schema: {
          summary: 'The narrowest exception that silences an alert',
          body: ProposalInput,
          response: { 200: ProposalAnswer },
        },
      },
      async ({ body: { alert: id, days, owner, reason, expires } }) => {
        const source = storedAlertSource(await findAlert(store.alerts, id));
        const toml = proposeException(source, { owner, reason, expires, now: Date.now() });
        // What is not said yet does not matter to the preview, but the reader asks for it.
        const filled = proposeException(source, {
          owner: owner || '-',
          reason: reason || '-',
          expires,
          now: Date.now(),
        });
        return { toml, preview: await preview(service, onlyOne(service, filled), days) };
      },
    );

    app.post(
      '/api/v1/exceptions',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Keep an exception', body: ExceptionInput, response: { 201: ExceptionKept } },
      },
      async (request, reply) => {
        const { toml, replace = false, alert } = request.body;
        const { exception, warnings } = onlyOne(service, toml);
        const { id, expires, expiresText, place } = exception;
        if (expires <= Date.now()) {
          throw new SmbError('EXCEPTION-VALUE', `The exception "${id}" has ended already: expires is ${expiresText}.`, {
            place,
            fix: 'write a time to come; to silence what came before it, too, such an exception stands in a file',
          });
        }
        const before = await store.desk.get('exception', id);
        if (before && !replace) {
          throw new SmbError('API-CONFLICT', `There is an exception "${id}" already.`, {
            fix: 'give it an id of its own, or replace that one: --replace, in the API "replace": true',
          });
        }
        const by = callerOf(request).name;
        const atMs = Date.now();
        const details = { id, rules: [...exception.rules], expires: exception.expiresText, ...(alert && { alert }) };
        await store.desk.put(
          { kind: 'exception', id, document: { toml, ...(alert && { alert }) }, by, atMs },
          { atMs, by, action: before ? 'exception.replace' : 'exception.add', details },
        );
        await book.reload();
        const kept = (await summaries(service)).find((one) => one.id === id);
        if (!kept) throw new Error(`the exception ${id} was kept but is not there`);
        reply.status(201);
        return { exception: kept, remarks: warnings.map(remarkText) };
      },
    );

    app.delete(
      '/api/v1/exceptions/:id',
      { config: { access: ACCESS.engineer }, schema: { summary: 'Remove an exception', params: ById } },
      async (request, reply) => {
        const { id } = request.params;
        const by = callerOf(request).name;
        const atMs = Date.now();
        const audit = { atMs, by, action: 'exception.remove', details: { id } };
        if (!(await store.desk.remove('exception', id, by, atMs, audit))) {
          const inFile = book.exceptions.find((one) => one.id === id);
          if (!inFile) throw unknown(id);
          throw new SmbError('API-CONFLICT', `The exception "${id}" is kept in ${inFile.place.file}.`, {
            fix: 'take it out of the file',
          });
        }
        await book.reload();
        return reply.status(204).send();
      },
    );
  },
};

async function summaries({ store, exceptions, startedMs }: Service) {
  return exceptionSummaries(exceptions, { hits: await store.runs.exceptionHits(), startedMs, now: Date.now() });
}

interface OneException {
  readonly exception: Exception;
  readonly warnings: readonly Diagnostic[];
}

/** @throws what is wrong with it; EXCEPTION-VALUE when it is none or several */
function onlyOne(service: Service, toml: string): OneException {
  const { exceptions, errors, warnings } = service.exceptions.parse(toml, Date.now());
  if (errors.length > 0) throw new SmbErrors(errors);
  const [exception] = exceptions;
  if (!exception || exceptions.length > 1) {
    throw new SmbError('EXCEPTION-VALUE', 'One exception at a time is taken.', { fix: 'write one [[exception]]' });
  }
  if (exception.template)
    throw new SmbError('EXCEPTION-VALUE', 'A template silences nothing.', { fix: 'leave out "template"' });
  return { exception, warnings };
}

async function preview(service: Service, { exception, warnings }: OneException, days = PREVIEW_DAYS) {
  const { detection, networks, store } = service;
  const lists = new Map(detection.rules.map(({ id, exceptionLists }) => [id, exceptionLists]));
  const found = await previewException(exception, store.alerts, {
    networks,
    sinceMs: Date.now() - days * DAY_MS,
    sharedListsOf: (ruleId) => lists.get(ruleId) ?? [],
  });
  return { ...found, remarks: warnings.map(remarkText) };
}

function unknown(id: string): SmbError {
  return new SmbError('API-NOT-FOUND', `There is no exception "${id}".`, {
    fix: 'smbastion except list shows all',
  });
}
