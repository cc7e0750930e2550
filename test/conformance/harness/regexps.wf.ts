/** Strings of many code points, and what regular expressions make of them. */
import { assert } from 'harness/assert.wf.ts';

/** One string of code points and inclusive ranges of them. */
export const buildString = ({ loneCodePoints, ranges }) => {
  const parts = loneCodePoints.map((codePoint) => String.fromCodePoint(codePoint));
  for (const [first, last] of ranges) {
    for (let codePoint = first; codePoint <= last; codePoint++) parts.push(String.fromCodePoint(codePoint));
  }
  return parts.join('');
};

export const printCodePoint = (codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(6, '0')}`;

const printString = (string) => Array.from(string, (symbol) => printCodePoint(symbol.codePointAt(0))).join(' ');

export const testPropertyEscapes = (pattern, string, expression) => {
  if (pattern.test(string)) return;
  for (const symbol of string) assert(pattern.test(symbol), `${expression} should match ${printString(symbol)}`);
};

export const testPropertyOfStrings = ({ regExp, expression, matchStrings, nonMatchStrings = [] }) => {
  for (const string of matchStrings) assert(regExp.test(string), `${expression} should match ${printString(string)}`);
  for (const string of nonMatchStrings) assert(!regExp.test(string), `${expression} should not match ${printString(string)}`);
};

export const matchValidator = (entries, index, input) => (match) => {
  assert.compareArray(match, entries, 'entries of the match');
  assert.sameValue(match.index, index, 'index of the match');
  assert.sameValue(match.input, input, 'input of the match');
};
