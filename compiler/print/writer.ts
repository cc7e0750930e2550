/**
 * The text that is printed, and where each part of it comes from.
 *
 * A *mark* says that the text from here on stands for a place in the source, or for none. A node is marked where it begins
 * and where it ends: V8 places a call behind its callee, and an operator behind its left side. What has no place of its
 * own belongs to the mark before it.
 */
import { Mappings } from './mappings.ts';

interface Place {
  line: number;
  column: number;
}

/** Where what is only ours is: no frame of a stack shows it. */
export const NOWHERE: Place = { line: 0, column: 0 };

const DEEPEST = 99;
const INDENTATIONS = Array.from({ length: DEEPEST + 1 }, (_, depth) => '  '.repeat(depth));

const LINE_END = /[\n\u2028\u2029]/;

/** V8 builds a long string from short ones as a tree, which would be alive as a whole until the end. */
const PIECE = 4096;

export class Writer {
  readonly mappings: Mappings | null;
  /** What is printed is the beginning of a `for`: an `in` would end it. */
  inForHead = false;
  private readonly pieces: string[] = [];
  private text = '';
  private depth = 0;
  /** In `text`; negative if it is in a piece before. */
  private lineStart = 0;

  constructor(withMap: boolean) {
    this.mappings = withMap ? new Mappings() : null;
  }

  write(text: string): void {
    this.text += text;
  }

  /** Text of the source, with its line ends: those that V8 counts. */
  writeLines(text: string): void {
    if (!LINE_END.test(text)) {
      this.write(text);
      return;
    }
    for (const line of text.split(/(?<=[\n\u2028\u2029])/)) {
      this.write(line);
      if (LINE_END.test(line)) this.endLine();
    }
  }

  mark({ line, column }: Place): void {
    this.mappings?.add(this.text.length - this.lineStart, line, column);
  }

  /** What is written next begins a line; at the very beginning it does so already. */
  newLine(): void {
    if (this.hasText) {
      this.write('\n');
      this.endLine();
    }
    this.write(INDENTATIONS[Math.min(this.depth, DEEPEST)]!);
  }

  line(text: string, place?: Place): void {
    this.newLine();
    if (place) this.mark(place);
    this.write(text);
  }

  /** A line that others belong to, until it is closed. */
  open(text: string, place?: Place): void {
    this.line(text, place);
    this.indent();
  }

  close(text = '}'): void {
    this.dedent();
    this.line(text);
  }

  indent(): void {
    this.depth++;
  }

  dedent(): void {
    this.depth--;
  }

  private get hasText(): boolean {
    return this.text.length > 0 || this.pieces.length > 0;
  }

  toString(): string {
    return this.pieces.join('') + this.text;
  }

  private endLine(): void {
    this.lineStart = this.text.length;
    this.mappings?.endLine();
    if (this.text.length > PIECE) this.endPiece();
  }

  private endPiece(): void {
    this.text.charCodeAt(0); // makes the tree one string
    this.pieces.push(this.text);
    this.lineStart -= this.text.length;
    this.text = '';
  }
}
