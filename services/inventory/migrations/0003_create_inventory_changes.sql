-- News that somebody must act on, each at most once: an order whose facts have changed (product_code ''), or a product
-- of which more is free or which has been registered (order_number ''). Taken by a lease, removed by the
-- acknowledgement of the same lease and generation.
CREATE TABLE inventory_changes (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_code VARCHAR(100) NOT NULL,
  -- Of an order: the version of its facts. Else it grows each time the product is queued. So an acknowledgement does not
  -- remove newer work.
  generation BIGINT NOT NULL,
  -- When it may be taken: the time of queueing, a little later for who is at it already, or the end of the lease.
  due_time_us BIGINT NOT NULL,
  lease_token CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  attempts INT NOT NULL DEFAULT 0,
  create_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number, product_code),
  KEY ix_inventory_changes_due_time (due_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
