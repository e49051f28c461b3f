import type { Swallow, Swallowed } from './detector.ts';

/** The rest of a token: letters, digits and signs of base64, and a dot or colon that more of them follow. */
export function swallowToken(): Swallow {
  let dot = false;
  return (codePoint) => {
    const character = String.fromCodePoint(codePoint);
    if (/[a-z0-9_+/=~-]/.test(character)) {
      dot = false;
      return 'in';
    }
    if (dot || (character !== '.' && character !== ':')) return 'out';
    dot = true;
    return 'perhaps';
  };
}

/** The rest of a password or of what else is one word: all up to a space, a quote or a bracket. */
export function swallowWord(): Swallow {
  let sign = false;
  return (codePoint) => {
    const character = String.fromCodePoint(codePoint);
    if (/[\s"'`<>()[\]{}]/.test(character)) return 'out';
    if (/[.,;:!?*]/.test(character)) {
      if (sign) return 'out';
      sign = true;
      return 'perhaps';
    }
    sign = false;
    return 'in';
  };
}

/** The rest of a private key (RFC 7468), headers and line ends as well, to its last line or to what is in no key. */
export function swallowPem(): Swallow {
  let tail = '';
  let ended = false;
  return (codePoint): Swallowed => {
    if (ended) return 'out';
    const character = String.fromCodePoint(codePoint);
    if (!/[a-z0-9+/=,:\\\s>|-]/.test(character)) return 'out';
    tail = (tail + character).slice(-64);
    ended = /-----end [a-z0-9 ]{0,40}-----$/.test(tail);
    return 'in';
  };
}
