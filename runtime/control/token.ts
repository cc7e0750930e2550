/**
 * Tokens as text: what whoever completes an effect from outside has in hand.
 *
 *     pdt_… = base64url(uid, request, attempt, secret)
 *
 * The place finds the row, the secret, of 256 random bits, is the right to decide. The store knows its SHA-256 only.
 */
import { createHash } from 'node:crypto';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { TokenPlace } from '../store/tokens.ts';

const PREFIX = 'pdt_';
const UID_BYTES = 16;
const REQUEST_BYTES = 6;
const ATTEMPT_BYTES = 4;
const SECRET_BYTES = 32;
const SECRET_AT = UID_BYTES + REQUEST_BYTES + ATTEMPT_BYTES;

export interface Token {
  place: TokenPlace;
  hash: Buffer;
}

/** A new token: its text, and the hash to store. */
export function makeToken({ uid, request, attempt }: TokenPlace): { text: string; hash: Buffer } {
  const bytes = Buffer.alloc(SECRET_AT);
  bytes.write(uid.replaceAll('-', ''), 'hex');
  bytes.writeUIntBE(request, UID_BYTES, REQUEST_BYTES);
  bytes.writeUIntBE(attempt, UID_BYTES + REQUEST_BYTES, ATTEMPT_BYTES);
  const secret = Buffer.concat([host.seed(), host.seed()]);
  return { text: PREFIX + Buffer.concat([bytes, secret]).toString('base64url'), hash: hashOf(secret) };
}

/** Throws PerdureError `token` for what is none. */
export function readToken(text: unknown): Token {
  const bytes = typeof text === 'string' ? Buffer.from(text.slice(PREFIX.length), 'base64url') : null;
  if (bytes?.length !== SECRET_AT + SECRET_BYTES || text !== PREFIX + bytes.toString('base64url')) throw new PerdureError('token', "This is no token of an effect: they begin with 'pdt_' and have 82 characters.");
  const uid = bytes.toString('hex', 0, UID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const request = bytes.readUIntBE(UID_BYTES, REQUEST_BYTES);
  const attempt = bytes.readUIntBE(UID_BYTES + REQUEST_BYTES, ATTEMPT_BYTES);
  if (attempt >= 2 ** 31) throw new PerdureError('token', 'This is no token of an effect.');
  return { place: { uid, request, attempt }, hash: hashOf(bytes.subarray(SECRET_AT)) };
}

const hashOf = (secret: Buffer): Buffer => createHash('sha256').update(secret).digest();
