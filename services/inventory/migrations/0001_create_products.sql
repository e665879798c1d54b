CREATE TABLE products (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_code VARCHAR(100) NOT NULL,
  product_name VARCHAR(255) NOT NULL,
  -- '': none.
  jan VARCHAR(13) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  inactive TINYINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL,
  create_time_us BIGINT NOT NULL,
  update_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, product_code),
  KEY ix_products_jan (tenant_id, jan, product_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The narrow, hot part of a product: one row each, made with it. Changed by differences only, never by values read before.
CREATE TABLE stocks (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_code VARCHAR(100) NOT NULL,
  -- The sum of the ledger.
  on_hand BIGINT NOT NULL,
  -- The sum of the allocations of orders that are not shipped.
  allocated BIGINT NOT NULL,
  -- How much more is allocated than is on hand, where that was allowed: by force, or by a stated shortage.
  overdraft BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, product_code),
  -- The guard against allocating a piece twice: whoever would, is refused by the database.
  CONSTRAINT ck_stocks_allocated CHECK (allocated >= 0 AND allocated <= GREATEST(on_hand, 0) + overdraft)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every change of on hand. Only ever added to.
CREATE TABLE stock_ledger (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_code VARCHAR(100) NOT NULL,
  -- Made by the service; later entries sort later.
  entry_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Number of juchu.inventory.v1.StockChangeKind.
  kind TINYINT UNSIGNED NOT NULL,
  quantity BIGINT NOT NULL,
  -- How many pieces beyond the stock it allowed: shipped by force, or fewer counted than were allocated.
  shortage BIGINT NOT NULL DEFAULT 0,
  reason VARCHAR(500) NOT NULL,
  -- Serialized juchu.common.v1.Actor.
  actor BLOB NOT NULL,
  time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, product_code, entry_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Stock changes that have been carried out, with their outcomes for a repeat. Rows older than the retention are removed.
CREATE TABLE request_log (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the request: the same id with another content is refused.
  request_hash BINARY(32) NOT NULL,
  -- Serialized juchu.inventory.v1.ChangeStockResponse.
  answer MEDIUMBLOB NOT NULL,
  create_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, request_id),
  KEY ix_request_log_create_time (create_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
