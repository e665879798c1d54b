-- News that somebody must act on: an order whose facts have changed, at most once. Taken by a lease, removed by the
-- acknowledgement of the same lease and generation, or by that of the facts' version.
CREATE TABLE payment_changes (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The version of the order's facts, so that an acknowledgement does not remove newer work.
  generation BIGINT NOT NULL,
  -- When it may be taken: the time of queueing, a little later for who is at it already, or the end of the lease.
  due_time_us BIGINT NOT NULL,
  lease_token CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  attempts INT NOT NULL DEFAULT 0,
  create_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number),
  KEY ix_payment_changes_due_time (due_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
