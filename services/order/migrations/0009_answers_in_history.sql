-- What a request does to an order is one version of it: the answer is kept in that version's row, and found by order and
-- request. NULL: the version was made under no request id. request_log is left for what belongs to no order, changes of
-- the configuration (order_number '').
ALTER TABLE order_history
  ADD COLUMN request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- SHA-256 of the request: the same id with another content is refused.
  ADD COLUMN request_hash BINARY(32) NULL,
  ADD COLUMN answer MEDIUMBLOB NULL,
  ADD UNIQUE KEY uq_order_history_request (tenant_id, order_number, request_id);
