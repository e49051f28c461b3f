import { describe, expect, it } from 'vitest';
import { DocumentUnreadable } from '../document-unreadable.ts';
import { parseDocument } from './parse-document.ts';

const read = (content: string | Uint8Array, filename: string, mediaType = 'application/octet-stream') =>
  parseDocument({
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    filename,
    mediaType,
  });
const reasonOf = (content: string | Uint8Array, filename: string): string => {
  try {
    read(content, filename);
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentUnreadable);
    return (error as Error).message;
  }
  throw new Error('it was read');
};

describe('reading documents', () => {
  it('reads Markdown: title, headings, lists, tables whose rows read well', () => {
    const { text, title, sections } = read(
      `# Shop\r\n\r\nIntro *text*\r\nwrapped.\n\n## Prices\n\n| Product | Price per kg |\n|---|---|\n| Gala apples | 1.99 |\n| Pears | 2.50 |\n\n- one\n  - nested\n- two\n\n1. first\n2. second\n`,
      'shop.md',
    );
    expect(title).toBe('Shop');
    expect(text).toBe(
      'Shop\n\nIntro text wrapped.\n\nPrices\n\nGala apples | Price per kg: 1.99\nPears | Price per kg: 2.50\n\n- one\n- nested\n- two\n\n1. first\n2. second',
    );
    expect(sections).toEqual([
      { start: 0, end: 27, headings: ['Shop'] },
      { start: 27, end: text.length, headings: ['Shop', 'Prices'] },
    ]);
  });

  it('takes the title of a front matter, and keeps the rest of it out of the text', () => {
    const document = read('---\ntitle: "Opening hours"\nowner: bob\n---\nWe open at 9.', 'a.md');
    expect(document).toMatchObject({ title: 'Opening hours', text: 'We open at 9.' });
  });

  it('reads HTML without what is hidden or only navigates', () => {
    const { text, title } = read(
      `<!doctype html><title>Fees &amp; rates</title><style>p{}</style><nav>Home</nav><script>steal()</script>
       <h1>Fees</h1><p>One<br>two   three</p><p hidden>secret</p><div style="display: none">also</div>
       <table><caption>Fees of 2026</caption><thead><tr><th>Kind<th>Fee:</thead><tr><td>Basic<td>3 &euro;</table>
       <pre>a\n  b</pre>`,
      'fees.html',
    );
    expect(title).toBe('Fees & rates');
    expect(text).toBe('Fees\n\nOne\ntwo three\n\nFees of 2026\n\nBasic | Fee: 3 €\n\na\n  b');
  });

  it('decodes what text files come in', () => {
    expect(read('caf\u00e9', 'a.txt').text).toBe('café');
    expect(read(Uint8Array.from([0xef, 0xbb, 0xbf, 0x41]), 'a.txt').text).toBe('A');
    expect(read(Buffer.from('\ufeffhéllo', 'utf16le'), 'a.txt').text).toBe('héllo');
    expect(read(Buffer.from('Un caf\u00e9 au lait \u00e0 Paris', 'latin1'), 'a.txt').text).toBe(
      'Un café au lait à Paris',
    );
    expect(read('e\u0301', 'a.txt').text).toBe('é');
    const declared = Buffer.from('<meta charset="iso-8859-5"><p>\xc0\xc1</p>', 'latin1');
    expect(read(declared, 'a.html').text).toBe('РС');
  });

  it('goes by the media type where the name has no ending', () => {
    expect(read('# A', 'README', 'text/markdown; charset=utf-8').title).toBe('A');
    expect(() => read('# A', 'README', 'image/png')).toThrow(DocumentUnreadable);
  });

  it('keeps the rows of a table that has a table in a cell, and reads that one after it', () => {
    const { text } = read(
      `<p>Fees:</p><table><tr><th>Who<th>Fee</tr><tr><td>Child<td>£5</tr>
       <tr><td>Adult <table><tr><td>Monday<td>closed</tr><tr><td>Sunday<td>10-16</tr></table><td>£12</tr></table><p>End.`,
      'fees.html',
    );
    expect(text).toBe(
      'Fees:\n\nChild | Fee: £5\nAdult | Fee: £12\n\nMonday | closed\nSunday | 10-16\n\nEnd.',
    );
  });

  it('does not take a table that lays out a page for rows', () => {
    const page =
      '<table><tr><td><p>Menu</td><td><table><tr><td>A<td>B</tr><tr><td>C<td>D</tr></table><p>Text.</td></tr></table>';
    expect(read(page, 'a.html').text).toBe('Menu\n\nA | B\nC | D\n\nText.');
    const headed = '<table><tr><td>One<td><h2>Two</h2>Text.</tr></table>';
    expect(read(headed, 'a.html').text).toBe('One\n\nTwo\n\nText.');
  });

  it('reads text of exactly the size limit of uploads', () => {
    expect(read('a'.repeat(4 * 1024 * 1024), 'a.txt').text).toHaveLength(4 * 1024 * 1024);
    expect(read('a b\n\n'.repeat(800_000), 'a.md').text.length).toBeGreaterThan(3_000_000);
  });

  it('reads Markdown that its parser cannot cope with as plain text, and goes on with the next', () => {
    for (const hostile of ['a**b'.repeat(50_000), '> a\n>> b\n'.repeat(300_000), '<ul><li>'.repeat(600)]) {
      const began = performance.now();
      const file = { bytes: new TextEncoder().encode(hostile), filename: 'a.md', mediaType: '' };
      expect(parseDocument(file, 500).text).toContain(hostile.slice(0, 8).trim());
      expect(performance.now() - began).toBeLessThan(2_500);
      expect(read('# Shop\n\nWe **sell** *fruit* and ~~fish~~ bread.', 'b.md')).toMatchObject({
        title: 'Shop',
        text: 'Shop\n\nWe sell fruit and fish bread.',
      });
    }
    const html = `<p ${Array.from({ length: 100_000 }, (_, n) => `a${n}`).join(' ')}>x`;
    const page = { bytes: new TextEncoder().encode(html), filename: 'a.html', mediaType: '' };
    expect(() => parseDocument(page, 500)).toThrow(/takes too long to read/);
  });

  it('says why a file cannot be read', () => {
    expect(reasonOf('', 'a.txt')).toBe('The file is empty.');
    expect(reasonOf(' \n ', 'a.txt')).toBe('The document contains no text.');
    expect(reasonOf('<p></p><script>x</script>', 'a.html')).toBe('The document contains no text.');
    expect(reasonOf('%PDF-1.7 x', 'a.txt')).toMatch(
      /^The file is a PDF file, although its name ends in \.txt\./,
    );
    expect(reasonOf('%PDF-1.7 x', 'a.pdf')).toMatch(
      /^The file is a PDF file, which cannot be read\. Supported are/,
    );
    expect(reasonOf('PK\u0003\u0004', 'a.docx')).toMatch(/Office document.*\.txt.*\.md.*\.html/);
    expect(reasonOf('a,b', 'a.csv')).toMatch(/^Files of this kind cannot be read\./);
    const noise = Uint8Array.from({ length: 600 }, (_, i) => (i * 7_919) % 256);
    expect(reasonOf(noise, 'a.txt')).toMatch(/not text in a known encoding/);
    expect(reasonOf('é'.repeat(2_500_001), 'a.txt')).toMatch(/more than 5 MB of text/);
    expect(reasonOf('<p>x'.repeat(400_001), 'a.html')).toMatch(/more than 400000 elements/);
    expect(reasonOf('<div>'.repeat(100_000), 'a.html')).toMatch(/nested too deeply/);
    expect(reasonOf(`<table>${'<tr><td>x'.repeat(50_001)}</table>`, 'a.html')).toMatch(
      /more than 50000 rows/,
    );
  });
});
