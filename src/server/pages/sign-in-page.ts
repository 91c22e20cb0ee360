import { html } from '../../report/html/safe.ts';
import { page } from './page.ts';

/** @param wrong what was wrong with the attempt before */
export function signInPage(wrong?: string): string {
  return page(
    { title: 'Sign in' },
    html`<h1>Sign in</h1>${wrong !== undefined && html`<p class="wrong" role="alert">${wrong}</p>`}
<form class="form" method="post" action="/sign-in">
<label for="name">Name</label><input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button></form>
<p class="muted">No password yet, or forgotten? An admin makes a link: <code>smbastion users link NAME</code></p>`,
  );
}

/**
 * @param name whose password is set
 * @param secret of the link
 * @param wrong what was wrong with the attempt before
 */
export function setPasswordPage(name: string, secret: string, wrong?: string): string {
  return page(
    { title: 'Set your password' },
    html`<h1>Set your password</h1><p class="lead">For the user <strong>${name}</strong>. This link works once.</p>
${wrong !== undefined && html`<p class="wrong" role="alert">${wrong}</p>`}
<form class="form" method="post" action="/link/${encodeURIComponent(secret)}">
<input type="hidden" name="username" value="${name}" autocomplete="username">
<label for="password">Password, 12 characters or more</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="256" required autofocus>
<label for="again">Once more</label>
<input id="again" name="again" type="password" autocomplete="new-password" minlength="12" maxlength="256" required>
<button>Set password and sign in</button></form>`,
  );
}
