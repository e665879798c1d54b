-- The version of the order for which a person has asked for something of the card last: what is derived from the same
-- version does not replace it.
ALTER TABLE cards ADD COLUMN asked_version BIGINT NOT NULL DEFAULT 0;
-- What is held serves no more: it is cancelled, and asked for anew.
ALTER TABLE cards ADD COLUMN renews TINYINT NOT NULL DEFAULT 0;

-- What is captured does not expire: the index holds what may.
UPDATE cards SET expire_time_us = NULL WHERE captured_yen > 0;

-- What is under way, of all that ever was.
ALTER TABLE card_requests ADD KEY ix_card_requests_open (tenant_id, open_mark, order_number);
