import { SmbError, SmbErrors } from '../../base/error.ts';
import type { Rule } from '../../detect/rule.ts';
import { parseRule } from '../../detect/rule-file/load-rule-file.ts';
import { previewRule } from '../../detect/schedule/preview.ts';
import { RunCut } from '../../detect/schedule/reading/run-reader.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { PreviewAnswer, PreviewBody } from '../contract/rules.ts';
import { ruleOf } from '../answers/find-rule.ts';
import type { Service } from '../service.ts';

/** Time of one preview. */
const MAX_MS = 60_000;

/** `/api/v1/rules/preview`: what a rule would find in what is stored. Nothing is written. */
export const previewRoutes: RouteGroup = {
  name: 'preview',
  register: (app, service) => {
    app.post(
      '/api/v1/rules/preview',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'What a rule would find', body: PreviewBody, response: { 200: PreviewAnswer } },
      },
      async ({ body: { ruleId, toml, file = 'rule.toml', fromMs, beforeMs = Date.now() } }) => {
        if ((ruleId === undefined) === (toml === undefined)) {
          throw new SmbError('API-INPUT', 'A preview needs a rule: its id, or the text of its file.');
        }
        const rule = toml === undefined ? ruleOf(service, ruleId!) : ruleOfText(service, toml, file);
        try {
          const { config, store, networks, exceptions: book } = service;
          const preview = await previewRule(rule, {
            events: store.events,
            networks,
            exceptions: book.exceptions,
            fromMs,
            beforeMs,
            now: Date.now,
            maxMs: MAX_MS,
            engineLimits: config.limits,
          });
          return { ruleId: rule.id, ...preview };
        } catch (error) {
          if (!(error instanceof RunCut)) throw error;
          throw new SmbError('API-TIME', 'The preview took too long.', { fix: 'ask for a shorter stretch of time' });
        }
      },
    );
  },
};

/** A rule as its file has it. Examples and lists beside the file are not there, and not needed. */
function ruleOfText({ config }: Service, text: string, file: string): Rule {
  const settings = { ...config.rules, enable: [], disable: [], folders: [] };
  const { rule, unsupported, errors } = parseRule({ file, text }, { now: Date.now(), settings, sigma: config.sigma });
  if (rule && errors.length === 0) return rule;
  if (errors.length > 0) throw new SmbErrors(errors);
  throw new SmbError('API-INPUT', unsupported?.reason ?? 'The text is no rule.');
}
