-- Keys of messages that senders gave them: the same key in the same channel of a run is the same message. They stay as
-- long as the run, so that a message that has been consumed is known too.
CREATE TABLE perdure.sent (
  uid     uuid NOT NULL,
  channel text NOT NULL,
  key     text NOT NULL,
  PRIMARY KEY (uid, channel, key)
);
