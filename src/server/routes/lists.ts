/** `/api/v1/lists`: value lists that exceptions name. */
import { Type } from 'typebox';
import { SmbError, SmbErrors } from '../../base/error.ts';
import type { KeptList } from '../../detect/exceptions/exception-book.ts';
import { parseValueList } from '../../detect/value-lists/load-value-list.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { ListDetail, ListInput, ListKept, ListsAnswer, type ListSummary } from '../contract/exceptions.ts';
import { remarkText } from '../answers/exception-answers.ts';

const ByName = Type.Object({
  name: Type.String({
    pattern: '^[a-z0-9][a-z0-9._-]*$',
    maxLength: 100,
    description: 'Small letters, digits, dot, dash and underscore; a letter or digit first',
  }),
});

/** See above. */
export const listRoutes: RouteGroup = {
  name: 'lists',
  register: (app, { store, exceptions: book, detection }) => {
    const find = (name: string) => {
      const list = book.keptLists.find(({ entry }) => entry.id === name);
      if (list) return list;
      throw new SmbError('API-NOT-FOUND', `There is no value list "${name}" in the store.`, {
        fix: 'smbastion lists list shows all',
      });
    };

    app.get(
      '/api/v1/lists',
      {
        config: { access: ACCESS.read },
        schema: { summary: 'Value lists of the store', response: { 200: ListsAnswer } },
      },
      async () => ({ lists: book.keptLists.map(toSummary) }),
    );

    app.get(
      '/api/v1/lists/:name',
      {
        config: { access: ACCESS.read },
        schema: { summary: 'A value list with its text', params: ByName, response: { 200: ListDetail } },
      },
      async ({ params: { name } }) => {
        const list = find(name);
        return { list: toSummary(list), text: list.text };
      },
    );

    app.put(
      '/api/v1/lists/:name',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Keep a value list', params: ByName, body: ListInput, response: { 200: ListKept } },
      },
      async (request) => {
        const { name } = request.params;
        const { text } = request.body;
        if (detection.lists.has(name)) {
          throw new SmbError('API-CONFLICT', `A file holds the value list "${name}".`, { fix: 'change the file' });
        }
        const { errors, warnings } = parseValueList(name, text, { name });
        if (errors.length > 0) throw new SmbErrors(errors);
        const by = callerOf(request).name;
        const atMs = Date.now();
        const audit = { atMs, by, action: 'list.put', details: { name } };
        await store.desk.put({ kind: 'value-list', id: name, document: { text }, by, atMs }, audit);
        await book.reload();
        return { list: toSummary(find(name)), remarks: warnings.map(remarkText) };
      },
    );

    app.delete(
      '/api/v1/lists/:name',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Remove a value list that no exception names', params: ByName },
      },
      async (request, reply) => {
        const { name } = request.params;
        find(name);
        const users = book.usersOf(name);
        if (users.length > 0) {
          throw new SmbError('API-CONFLICT', `The value list "${name}" is named by ${users.join(', ')}.`, {
            fix: 'remove those exceptions first',
          });
        }
        const by = callerOf(request).name;
        const atMs = Date.now();
        await store.desk.remove('value-list', name, by, atMs, {
          atMs,
          by,
          action: 'list.remove',
          details: { name },
        });
        await book.reload();
        return reply.status(204).send();
      },
    );
  },
};

function toSummary({ list, entry }: KeptList): ListSummary {
  return { name: list.name, kind: list.kind, entries: list.size, by: entry.by, atMs: entry.atMs };
}
