-- 入金額: how much money has come for an order; NULL: not recorded. How it stands to total_yen is not stored.
ALTER TABLE orders ADD COLUMN received_yen BIGINT NULL;
