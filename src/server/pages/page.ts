/** Pages that the server writes itself: no script, so that nothing can be injected into one. */
import { html, type Part, type Safe } from '../../report/html/safe.ts';
import { SHAPE_DEFINITIONS } from '../../report/html/severity-mark.ts';

/** Where the style sheet is. */
export const STYLE_PATH = '/assets/style.css';

/** What stands around a page. */
export interface PageFrame {
  readonly title: string;
  /** Name of whoever is signed in. */
  readonly name?: string | undefined;
  /** Seconds after which the browser asks again. */
  readonly refreshS?: number;
}

/** @returns the whole document */
export function page({ title, name, refreshS }: PageFrame, ...body: Part[]): string {
  const head = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refreshS !== undefined && html`<meta http-equiv="refresh" content="${refreshS}">`}
<title>${title} · smbastion</title>
<link rel="stylesheet" href="${STYLE_PATH}"></head><body>
${SHAPE_DEFINITIONS}
<header class="bar"><a class="brand" href="/">smbastion</a>${name !== undefined && signOutForm(name)}</header>
<main>`;
  return `${head.text}${html`${body}`.text}</main></body></html>\n`;
}

function signOutForm(name: string): Safe {
  return html`<form method="post" action="/sign-out"><span class="muted">${name}</span>
<button class="quiet">Sign out</button></form>`;
}

/** @returns the page of something that went wrong */
export function errorPage(message: string, fix: string | undefined): string {
  return page(
    { title: 'This did not work' },
    html`<h1>This did not work</h1><p class="lead">${message}</p>${fix !== undefined && html`<p>${fix}</p>`}
<p><a href="/">To the first page</a></p>`,
  );
}
