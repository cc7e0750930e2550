/** Strings of many code points, and what regular expressions make of them. */
import { assert } from 'harness/assert.wf.ts';

const CHUNK = 4096;

/** One string of code points and inclusive ranges of them. */
export const buildString = ({ loneCodePoints, ranges }) => {
  let text = String.fromCodePoint(...loneCodePoints);
  for (const [first, last] of ranges) {
    for (let start = first; start <= last; start += CHUNK) {
      text += String.fromCodePoint(...Array.from({ length: Math.min(CHUNK, last - start + 1) }, (_, i) => start + i));
    }
  }
  return text;
};

export const printCodePoint = (codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(6, '0')}`;

const printString = (string) => Array.from(string, (symbol) => printCodePoint(symbol.codePointAt(0))).join(' ');

export const testPropertyEscapes = (pattern, string, expression) => {
  if (pattern.test(string)) return;
  for (const symbol of string) assert(pattern.test(symbol), `${expression} should match ${printString(symbol)}`);
};

/** All in one go; only if that fails, one by one. */
export const testPropertyOfStrings = ({ regExp, expression, matchStrings, nonMatchStrings = [] }) => {
  if (!regExp.test(matchStrings.join(''))) {
    for (const string of matchStrings) assert(regExp.test(string), `${expression} should match ${printString(string)}`);
  }
  if (nonMatchStrings.length > 0 && regExp.test(nonMatchStrings.join(''))) {
    for (const string of nonMatchStrings) assert(!regExp.test(string), `${expression} should not match ${printString(string)}`);
  }
};

export const testExtendedCharacterClass = testPropertyOfStrings;

export const matchValidator = (entries, index, input) => (match) => {
  assert.compareArray(match, entries, 'entries of the match');
  assert.sameValue(match.index, index, 'index of the match');
  assert.sameValue(match.input, input, 'input of the match');
};
