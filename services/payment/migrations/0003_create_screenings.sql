-- What is known of the screening of an order by NP or GMO. Made when the order is registered first; never removed.
CREATE TABLE screenings (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Number of juchu.payment.v1.PostpayCompany.
  company TINYINT NOT NULL,
  -- Number of juchu.payment.v1.ScreeningState.
  state SMALLINT NOT NULL,
  state_time_us BIGINT NOT NULL,
  registered_yen BIGINT NOT NULL,
  -- The company's number; '': not known yet.
  transaction_id VARCHAR(40) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  decided_time VARCHAR(100) NOT NULL,
  registration_file_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slip_reported TINYINT NOT NULL,
  carrier VARCHAR(50) NOT NULL,
  slip_number VARCHAR(50) NOT NULL,
  slip_file_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Grows with each change of the facts.
  facts_version BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, order_number),
  KEY ix_screenings_transaction (tenant_id, company, transaction_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Files that have gone out, byte for byte; never changed, never removed.
CREATE TABLE payment_files (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Number of juchu.payment.v1.LayoutKind.
  kind TINYINT NOT NULL,
  file_name VARCHAR(100) NOT NULL,
  layout_profile_id VARCHAR(64) NOT NULL,
  create_time_us BIGINT NOT NULL,
  -- Kind and id of juchu.common.v1.Actor.
  actor_kind TINYINT NOT NULL,
  actor_id VARCHAR(255) NOT NULL,
  -- Serialized juchu.payment.v1.PaymentFile with the order numbers only.
  orders MEDIUMBLOB NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content MEDIUMBLOB NOT NULL,
  -- The request that made it: a repeat gets the same file.
  request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash BINARY(32) NOT NULL,
  PRIMARY KEY (tenant_id, file_id),
  UNIQUE KEY uq_payment_files_request (tenant_id, request_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Layouts that a tenant has put in place of juchu's own.
CREATE TABLE layouts (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  layout_profile_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Serialized juchu.payment.v1.LayoutProfile.
  profile MEDIUMBLOB NOT NULL,
  PRIMARY KEY (tenant_id, layout_profile_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
