/**
 * Parses JSON as producers really write it: `NaN`, `Infinity` and unknown literals outside of texts become null.
 *
 * @param text one JSON value
 * @returns the value, or undefined when it is broken beyond that
 */
export function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Only damaged records come here; what cannot be mended is undefined and its columns stay readable.
    try {
      return JSON.parse(mendLiterals(text));
    } catch {
      return undefined;
    }
  }
}

/** Replaces bare words and malformed numbers that JSON does not know by null, and raw control characters in texts by escapes. */
function mendLiterals(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[-+.\w]+/gs, (token) => {
    if (token.startsWith('"')) return isJson(token) ? token : mendText(token);
    return isJson(token) ? token : 'null';
  });
}

function mendText(token: string): string {
  return token
    .replace(/\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/g, '\\\\')
    .replace(/[\u0000-\u001f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isJson(token: string): boolean {
  try {
    JSON.parse(token);
    return true;
  } catch {
    // The question is whether it parses; the reason does not matter.
    return false;
  }
}
