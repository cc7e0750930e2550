-- Effects that are completed from outside, by whoever has their token.
CREATE TABLE perdure.tokens (
  uid        uuid NOT NULL,
  request    bigint NOT NULL,
  attempt    int NOT NULL,
  effect     text NOT NULL,
  -- SHA-256 of the secret part; the token itself is nowhere
  hash       bytea NOT NULL,
  -- null: it does not expire
  expires_at timestamptz,
  -- {"result": value}, {"error": error}, {"expired": true} or {"ended": "why"}. It stays as long as the run, so that a second
  -- completion hears of the first. One that is not decided stands as long as there is a claim of its attempt
  decided_at timestamptz,
  decision   json,
  PRIMARY KEY (uid, request, attempt)
);
CREATE INDEX tokens_expiring ON perdure.tokens (expires_at) WHERE decided_at IS NULL AND expires_at IS NOT NULL;
