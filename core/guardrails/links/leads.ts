import { load } from 'cheerio';
import { marked } from 'marked';

const pages = ['https://app.example/chat/', 'http://app.example/chat/'];
const loads =
  /^(on.*|style|srcdoc|src|srcset|imagesrcset|.*href|action|formaction|poster|background|data|cite|ping|content)$/i;
const acting = /^(script|style|iframe|object|embed|svg|math|base|meta|link|form)$/;
/** An address of mail alone, which the redaction looks after. */
const bareMail = /^mailto:[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/;
/** The dot that ends a full name, or the signs of a sentence: nobody can own a name that ends with them. */
const endOfName = /[.,;!'")*_~}`]+$/;
const isAllowed = (host: string) => {
  const name = host.replace(endOfName, '');
  return name === 'docs.example.com' || name.endsWith('.good.example');
};

/** Where a browser would be led by a value, on a page of either scheme, that is not the page's own nor allowed. */
function strays(value: string): boolean {
  return pages.some((page) => {
    // What cannot be parsed leads nowhere.
    if (!URL.canParse(value, page)) return false;
    const url = new URL(value, page);
    if (url.origin === new URL(page).origin && url.username === '' && url.password === '') return false;
    // A scheme alone is a word of a sentence, `[Note]: Important: read this`.
    if (/^[a-z][a-z0-9+.-]*:$/.test(url.href)) return false;
    // `<std::string>` is how programs write a type.
    if (bareMail.test(url.href) || /^std::/.test(url.href)) return false;
    const isWeb = /^https?:$/.test(url.protocol);
    return !(isWeb && isAllowed(url.hostname) && url.port === '' && url.username + url.password === '');
  });
}

function leadsOfPage(html: string): string[] {
  const found: string[] = [];
  for (const element of load(html)('*').toArray()) {
    if (!('attribs' in element)) continue;
    if (acting.test(element.name)) found.push(element.name);
    for (const [name, value] of Object.entries(element.attribs)) {
      if (!loads.test(name) || value === '') continue;
      if (/^(on|style|srcset|srcdoc|ping)/i.test(name) || strays(value))
        found.push(`${element.name} ${name}=${value}`);
    }
  }
  return found;
}

/**
 * Where a browser would be led that shows a text, or what it would run, that it must not: the text as markdown, and as the
 * HTML that it may be taken for, alone and before more of a page. Allowed are `docs.example.com` and `*.good.example`. For
 * tests.
 */
export const leads = (text: string): string[] => [
  ...leadsOfPage(marked.parse(text, { async: false })),
  ...leadsOfPage(text),
  ...leadsOfPage(`<div>${text}</div><p class="x">after</p>`),
];
