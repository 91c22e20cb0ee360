/** Properties are tried with the same values in every run, so that a failure is one of the change; `SMBASTION_SEED=n` tries others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SMBASTION_SEED'] ?? 445) });
