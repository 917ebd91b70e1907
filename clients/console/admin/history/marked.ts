/** A text in pieces, of which some are what was looked for: they are drawn as nodes and never as HTML. */

export interface Piece {
  readonly text: string;
  readonly isFound: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Words as the server knows them: without upper case, accents and other marks. */
function known(word: string): string {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @param asked as it was typed; its last word may go on in the text. */
export function marked(text: string, asked: string): Piece[] {
  const wanted = [...asked.matchAll(WORD)].map(([word]) => known(word));
  const begins = /"\s*$/.test(asked) ? undefined : wanted.at(-1);
  const pieces: Piece[] = [];
  let done = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const is = known(word);
    if (!wanted.includes(is) && !(begins && is.startsWith(begins))) continue;
    if (index > done) pieces.push({ text: text.slice(done, index), isFound: false });
    done = index + word.length;
    pieces.push({ text: word, isFound: true });
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isFound: false });
  return pieces;
}
