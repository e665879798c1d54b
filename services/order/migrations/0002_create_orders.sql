-- The narrow, hot part of an order: what lists, searches and the workflow need. Rows are never removed.
CREATE TABLE orders (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- システム受注番号; made by the gateway, later orders sort later.
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_order_number VARCHAR(50) NOT NULL,
  -- Every write names the version it read and adds one.
  version BIGINT NOT NULL,
  -- Numbers of juchu.order.v1.Status and TransitionMode.
  status TINYINT UNSIGNED NOT NULL,
  mode TINYINT UNSIGNED NOT NULL,
  -- One column a state category: the number of its juchu.order.v1.StateValue; NULL: does not apply to the order.
  customer_state SMALLINT NULL,
  address_state SMALLINT NULL,
  delivery_date_state SMALLINT NULL,
  warning_state SMALLINT NULL,
  card_state SMALLINT NULL,
  credit_screening_state SMALLINT NULL,
  postpay_slip_state SMALLINT NULL,
  prepayment_state SMALLINT NULL,
  postpayment_state SMALLINT NULL,
  allocation_state SMALLINT NULL,
  shipment_state SMALLINT NULL,
  tracking_report_state SMALLINT NULL,
  -- Bit n: a manager set category n in place of its owner.
  overridden_categories INT NOT NULL DEFAULT 0,
  -- "category:version,…": which version of the order set each of its states; that version's history says who and why.
  state_versions VARCHAR(300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  status_time_us BIGINT NOT NULL,
  order_time_us BIGINT NOT NULL,
  create_time_us BIGINT NOT NULL,
  update_time_us BIGINT NOT NULL,
  cancel_time_us BIGINT NULL,
  paid_time_us BIGINT NULL,
  payment_method VARCHAR(100) NOT NULL,
  payment_kind TINYINT UNSIGNED NOT NULL,
  postpaid TINYINT NOT NULL,
  -- For lists and filters; the orderer's other data is in the document.
  orderer_name VARCHAR(100) NOT NULL,
  orderer_phone VARCHAR(20) NOT NULL,
  orderer_mail VARCHAR(100) NOT NULL,
  total_yen BIGINT NOT NULL,
  -- '': none.
  management_category_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  -- Ids in order, with commas; what is searched for is in order_tag_links.
  order_tag_ids VARCHAR(1700) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  forced_allocation TINYINT NOT NULL DEFAULT 0,
  -- The version of the last facts from each owner; 0: none yet.
  inventory_facts_version BIGINT NOT NULL DEFAULT 0,
  payment_facts_version BIGINT NOT NULL DEFAULT 0,
  shipping_facts_version BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, order_number),
  UNIQUE KEY uq_orders_shop_order_number (tenant_id, shop_id, shop_order_number),
  KEY ix_orders_shop_order_number (tenant_id, shop_order_number),
  KEY ix_orders_order_time (tenant_id, order_time_us, order_number),
  KEY ix_orders_cancel_time (tenant_id, cancel_time_us, order_number),
  KEY ix_orders_status_order_time (tenant_id, status, order_time_us, order_number),
  KEY ix_orders_status_mode (tenant_id, status, mode, order_number),
  KEY ix_orders_management_category (tenant_id, management_category_id, order_time_us, order_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The wide part: serialized juchu.order.v1.Order with what has no column (orderer, deliveries, items, amounts, notes).
CREATE TABLE order_documents (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document MEDIUMBLOB NOT NULL,
  PRIMARY KEY (tenant_id, order_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What of a delivery is searched for. Replaced with the document.
CREATE TABLE order_deliveries (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  delivery_number INT NOT NULL,
  ship_date DATE NULL,
  ship_confirmed_date DATE NULL,
  delivery_date DATE NULL,
  PRIMARY KEY (tenant_id, order_number, delivery_number),
  KEY ix_order_deliveries_ship_date (tenant_id, ship_date, order_number),
  KEY ix_order_deliveries_ship_confirmed_date (tenant_id, ship_confirmed_date, order_number),
  KEY ix_order_deliveries_delivery_date (tenant_id, delivery_date, order_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which order carries which order tag.
CREATE TABLE order_tag_links (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_tag_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (tenant_id, order_number, order_tag_id),
  KEY ix_order_tag_links_tag (tenant_id, order_tag_id, order_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
