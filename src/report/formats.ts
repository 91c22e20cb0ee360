import { namedList } from '../base/named-list.ts';
import { csv } from './csv.ts';
import { html } from './html/html.ts';
import { json } from './json.ts';
import { jsonl } from './jsonl.ts';
import { navigator } from './navigator.ts';
import { sarif } from './sarif.ts';
import { table } from './table/table.ts';

/** The report formats, as `--format` names them. */
export const formats = namedList('report format', 'USAGE', [table, json, jsonl, csv, sarif, html, navigator]);
