-- What is known of an order here. Made when the order is allocated first; never removed.
CREATE TABLE allocated_orders (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Grows with each change of the facts.
  facts_version BIGINT NOT NULL,
  -- The version of the order whose need this is; a need of an older one is out of date.
  order_version BIGINT NOT NULL,
  -- Number of juchu.inventory.v1.AllocationState.
  state SMALLINT NOT NULL,
  shipped TINYINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an order needs of a product and has got of it, its lines of the product summed. Rows with nothing needed and
-- nothing held are removed.
CREATE TABLE allocations (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_code VARCHAR(100) NOT NULL,
  needed BIGINT NOT NULL,
  -- Held in `stocks.allocated`; 0 once the order is shipped.
  allocated BIGINT NOT NULL,
  -- Of these, beyond the stock as it was.
  forced BIGINT NOT NULL,
  -- It lacks some: who waits for the product.
  waiting TINYINT NOT NULL,
  priority_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number, product_code),
  KEY ix_allocations_waiting (tenant_id, product_code, waiting, priority_time_us, order_number),
  CONSTRAINT ck_allocations_allocated CHECK (allocated >= 0 AND forced >= 0 AND forced <= allocated)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
