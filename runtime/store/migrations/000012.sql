-- Questions: messages whose senders wait for an answer. They stay as long as the run, so that who asks again under the same
-- key gets the same answer.
CREATE TABLE perdure.asks (
  uid     uuid NOT NULL,
  channel text NOT NULL,
  key     text NOT NULL,
  -- {"ok": value} or {"error": error}
  reply   json,
  PRIMARY KEY (uid, channel, key)
);
