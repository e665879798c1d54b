-- By request: what a bulk request has done to its orders lies together, and is written and found there.
ALTER TABLE request_log
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (tenant_id, request_id, order_number);
