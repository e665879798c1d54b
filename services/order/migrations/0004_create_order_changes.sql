-- Work that remains: at most one row for an order, or for all AUTO orders of a tenant (order_number ''). Taken by a lease,
-- removed by the acknowledgement of the same lease and generation.
CREATE TABLE order_changes (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Grows each time the work is queued, so that an acknowledgement does not remove newer work.
  generation BIGINT NOT NULL,
  -- When it may be taken: the time of queueing, or the end of the lease.
  due_time_us BIGINT NOT NULL,
  lease_token CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  attempts INT NOT NULL DEFAULT 0,
  create_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number),
  KEY ix_order_changes_due_time (due_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
