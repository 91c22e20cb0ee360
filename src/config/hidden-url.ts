/**
 * URLs without what may be secret of them. Chat products let in whoever knows the URL of a webhook, so that its path is a password:
 * scheme and host are told, nothing else.
 */
import { SmbError, SmbErrors } from '../base/error.ts';

/** A URL in a text: scheme, perhaps a user, host, and what is behind it. */
const URL_IN_TEXT = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"'/?#@]*@)?([^\s"'/?#@]+)[/?#][^\s"']*/gi;

/** @returns the text with `…` in place of what stands behind the host of its URLs */
export function hideUrls(text: string): string {
  return text.replace(URL_IN_TEXT, '$1$2/…');
}

/** @returns an error of a file in which no URL is told whole, neither in its words nor in the line that it shows */
export function withHiddenUrls(error: unknown): unknown {
  if (error instanceof SmbErrors) return new SmbErrors(error.errors.map((one) => withHiddenUrls(one) as SmbError));
  if (!(error instanceof SmbError)) return error;
  const { code, message, fix, place } = error;
  const sourceLine = place && hideUrls(place.sourceLine);
  return new SmbError(code, hideUrls(message), {
    fix,
    place: place && {
      ...place,
      sourceLine: sourceLine!,
      // What is underlined ends with the line.
      length: Math.max(1, Math.min(place.length, [...sourceLine!].length - place.column + 1)),
    },
  });
}
