-- One row for each version of an order, 1, 2, 3 ... without a gap. Only ever added to.
CREATE TABLE order_history (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  time_us BIGINT NOT NULL,
  -- Before and after, so that an auditor reads the moves without opening the entry; 0 before version 1.
  status_before TINYINT UNSIGNED NOT NULL,
  status_after TINYINT UNSIGNED NOT NULL,
  mode_before TINYINT UNSIGNED NOT NULL,
  mode_after TINYINT UNSIGNED NOT NULL,
  -- Serialized juchu.order.v1.HistoryEntry.
  entry MEDIUMBLOB NOT NULL,
  PRIMARY KEY (tenant_id, order_number, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What has been carried out, with the answer for a repeat. Rows older than the retention are removed.
CREATE TABLE request_log (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- A bulk request has one row for each of its orders; '': the tenant's configuration.
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the request: the same id with another content is refused.
  request_hash BINARY(32) NOT NULL,
  answer MEDIUMBLOB NOT NULL,
  create_time_us BIGINT NOT NULL,
  -- By order, so that an order is read together with the answers to its requests.
  PRIMARY KEY (tenant_id, order_number, request_id),
  KEY ix_request_log_create_time (create_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
