/**
 * The mappings of a source map with one source (ECMA-426): where segments of the printed text come from, as Base64 VLQ
 * of differences. They are kept as numbers and encoded at the end, because a mark may be overtaken by the next one before
 * any text is printed.
 */

/** Printed column, source line, source column; the line is 0 where the text has no place in the source. */
const STRIDE = 3;

export class Mappings {
  private segments = new Int32Array(1 << 12);
  private length = 0;
  /** Where the segments of each line end. */
  private readonly lineEnds: number[] = [];
  private lineStart = 0;

  /** The text of the line from this column on stands for a place in the source: a line from 1, or 0 for none; a column from 0. */
  add(column: number, sourceLine: number, sourceColumn: number): void {
    let { segments, length } = this;
    const last = length - STRIDE;
    if (last >= this.lineStart) {
      if (segments[last + 1] === sourceLine && segments[last + 2] === sourceColumn) return;
      if (segments[last] === column) length = last;
    }
    if (length + STRIDE > segments.length) {
      this.segments = new Int32Array(2 * segments.length);
      this.segments.set(segments);
      segments = this.segments;
    }
    segments[length] = column;
    segments[length + 1] = sourceLine;
    segments[length + 2] = sourceColumn;
    this.length = length + STRIDE;
  }

  endLine(): void {
    this.lineEnds.push(this.length);
    this.lineStart = this.length;
  }

  encode(): string {
    const { segments } = this;
    const out = new Text(this.length * 3 + this.lineEnds.length + 16);
    let sourceLine = 1;
    let sourceColumn = 0;
    let at = 0;
    const line = (end: number): void => {
      let column = 0;
      for (const begin = at; at < end; at += STRIDE) {
        if (at > begin) out.char(COMMA);
        out.number(segments[at]! - column);
        column = segments[at]!;
        if (segments[at + 1] === 0) continue;
        out.number(0); // the only source
        out.number(segments[at + 1]! - sourceLine);
        out.number(segments[at + 2]! - sourceColumn);
        sourceLine = segments[at + 1]!;
        sourceColumn = segments[at + 2]!;
      }
    };
    for (const end of this.lineEnds) {
      line(end);
      out.char(SEMICOLON);
    }
    line(this.length);
    return out.toString();
  }
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const BASE64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');

/** ASCII that grows. */
class Text {
  private bytes: Uint8Array;
  private length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  char(code: number): void {
    if (this.length === this.bytes.length) {
      const { bytes } = this;
      this.bytes = new Uint8Array(2 * bytes.length);
      this.bytes.set(bytes);
    }
    this.bytes[this.length++] = code;
  }

  /** Five bits to a character, the sign in the lowest, the sixth bit of each saying that more follow. */
  number(value: number): void {
    let rest = value < 0 ? (-value << 1) | 1 : value << 1;
    do {
      const digit = rest & 31;
      rest >>>= 5;
      this.char(BASE64[rest > 0 ? digit | 32 : digit]!);
    } while (rest > 0);
  }

  toString(): string {
    return Buffer.from(this.bytes.buffer, 0, this.length).toString('latin1');
  }
}
