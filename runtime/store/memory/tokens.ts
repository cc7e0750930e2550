/** `queries/tokens.ts` in memory. */
import { closeToken, completeToken, dueTokens, endToken, expireToken, findToken, issueToken } from '../queries/tokens.ts';
import type { Row } from '../sql.ts';
import { goesOn, insertClaim, isHeld } from './claims.ts';
import { checkJson, on, type Implementation } from './implementation.ts';
import { send } from './send-message.ts';
import { isOpen, type Tables, type TokenRow } from './tables.ts';

const find = ({ tokens }: Tables, uid: string, request: number, attempt: number): TokenRow | undefined =>
  tokens.of(uid).find((token) => token.request === request && token.attempt === attempt);

/** Its run is not over, its attempt goes on, and no outcome of its request has reached the inbox. */
export function stands(tables: Tables, uid: string, { request, attempt }: TokenRow): boolean {
  const run = tables.runs.byUid.get(uid);
  const claim = tables.claims.of(uid).find((one) => one.request === request && one.attempt === attempt);
  const isAnswered = tables.inbox.of(uid).from(0).some(({ row }) => {
    const { result, failure } = JSON.parse(row) as { result?: number; failure?: number };
    return (result ?? failure) === request;
  });
  return run !== undefined && isOpen(run) && claim !== undefined && goesOn(tables, uid, claim) && !isAnswered;
}

function decide(tables: Tables, uid: string, token: TokenRow | undefined, decision: string, entry: string): Row[] {
  const run = tables.runs.byUid.get(uid);
  if (!token || token.decidedAt !== null || !stands(tables, uid, token)) return [];
  checkJson(decision);
  const [sent] = send(tables, run, entry, false);
  Object.assign(token, { decidedAt: tables.now(), decision });
  return [{ n: sent!.n }];
}

const isExpired = ({ now }: Tables, { expiresAt }: TokenRow): boolean => expiresAt !== null && expiresAt <= now();

export const tokens: Implementation[] = [
  on(issueToken, (tables, uid: string, request: number, attempt: number, worker: string, effect: string, hash: Buffer, inMs: number | null) => {
    if (!isHeld(tables, uid, worker)) return [];
    insertClaim(tables, uid, { request, attempt, worker });
    const known = find(tables, uid, request, attempt);
    if (known?.hash === hash.toString('hex')) return [{ uid }];
    const fresh = { hash: hash.toString('hex'), expiresAt: inMs === null ? null : tables.now() + inMs, decidedAt: null, decision: null };
    if (known) Object.assign(known, fresh);
    else tables.tokens.of(uid).push({ request, attempt, effect, ...fresh });
    return [{ uid }];
  }),

  on(completeToken, (tables, uid: string, request: number, attempt: number, decision: string, entry: string, hash: Buffer) => {
    const token = find(tables, uid, request, attempt);
    const fits = token?.hash === hash.toString('hex') && !isExpired(tables, token);
    return decide(tables, uid, fits ? token : undefined, decision, entry);
  }),

  on(expireToken, (tables, uid: string, request: number, attempt: number, decision: string, entry: string) => {
    const token = find(tables, uid, request, attempt);
    return decide(tables, uid, token && isExpired(tables, token) ? token : undefined, decision, entry);
  }),

  on(endToken, (tables, uid: string, request: number, attempt: number, worker: string, decision: string) => {
    if (!isHeld(tables, uid, worker)) return [];
    checkJson(decision);
    const token = find(tables, uid, request, attempt);
    if (!token) return [{ ended: false }];
    if (token.decidedAt === null) Object.assign(token, { decidedAt: tables.now(), decision });
    return [{ ended: 'ended' in (JSON.parse(token.decision!) as object) }];
  }),

  on(dueTokens, (tables, limit: number) =>
    tables.tokens
      .entries()
      .filter(([, token]) => token.decidedAt === null && isExpired(tables, token))
      .sort(([, a], [, b]) => a.expiresAt! - b.expiresAt!)
      .slice(0, limit)
      .map(([uid, token]) => ({
        uid,
        request: token.request,
        attempt: token.attempt,
        effect: token.effect,
        expires_ms: token.expiresAt,
        stands: stands(tables, uid, token),
      })),
  ),

  on(closeToken, (tables, uid: string, request: number, attempt: number, decision: string) => {
    const token = find(tables, uid, request, attempt);
    if (token && token.decidedAt === null && !stands(tables, uid, token)) Object.assign(token, { decidedAt: tables.now(), decision });
    return [];
  }),

  on(findToken, (tables, uid: string, request: number, attempt: number, hash: Buffer) => {
    const token = find(tables, uid, request, attempt);
    if (token?.hash !== hash.toString('hex')) return [];
    return [{ decision: token.decision, decided_ms: token.decidedAt, expired: isExpired(tables, token) }];
  }),
];
