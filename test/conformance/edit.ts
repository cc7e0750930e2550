/** Text put into a source, without touching the rest of it. */
export interface Edit {
  at: number;
  text: string;
  /** It ends something: it stands before what begins at the same place. Of several, the one that was made last. */
  closes?: boolean;
}

export function edited(source: string, edits: Edit[]): string {
  const closing = edits.filter((edit) => edit.closes).reverse();
  const ordered = [...closing, ...edits.filter((edit) => !edit.closes)].sort((a, b) => a.at - b.at);
  let out = '';
  let from = 0;
  for (const { at, text } of ordered) {
    out += source.slice(from, at) + text;
    from = at;
  }
  return out + source.slice(from);
}
