-- What is known of the card of an order. Made when the order first wishes something of it; never removed. No card
-- number is ever stored: the company knows the order by its number at the mall.
CREATE TABLE cards (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_order_number VARCHAR(50) NOT NULL,
  -- Grows with each change of the facts.
  facts_version BIGINT NOT NULL,
  -- The version of the order whose wish this is; a wish of an older one is out of date.
  order_version BIGINT NOT NULL,
  -- Number of juchu.payment.v1.CardWish.
  wish TINYINT NOT NULL,
  amount_yen BIGINT NOT NULL,
  -- What the company holds and has taken; 0: nothing.
  authorized_yen BIGINT NOT NULL,
  captured_yen BIGINT NOT NULL,
  -- What was authorized or captured last has been cancelled.
  voided TINYINT NOT NULL,
  -- Number of juchu.payment.v1.CardOperation; 0: none.
  failed_operation TINYINT NOT NULL,
  -- Nobody knows what became of the failed operation.
  unclear TINYINT NOT NULL,
  -- Number of juchu.payment.v1.CardState; derived from the columns above and the open request, for searches.
  state SMALLINT NOT NULL,
  state_time_us BIGINT NOT NULL,
  authorize_time_us BIGINT NULL,
  expire_time_us BIGINT NULL,
  capture_time_us BIGINT NULL,
  approval_number VARCHAR(20) NOT NULL,
  transaction_id VARCHAR(50) NOT NULL,
  error_code VARCHAR(50) NOT NULL,
  error_message VARCHAR(500) NOT NULL,
  PRIMARY KEY (tenant_id, order_number),
  KEY ix_cards_state (tenant_id, state, order_number),
  KEY ix_cards_expire_time (tenant_id, expire_time_us),
  CONSTRAINT ck_cards_captured CHECK (captured_yen >= 0 AND captured_yen <= authorized_yen)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What has been asked of the card company. Written down before anything is sent; never removed.
CREATE TABLE card_requests (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_order_number VARCHAR(50) NOT NULL,
  -- Number of juchu.payment.v1.CardOperation.
  operation TINYINT NOT NULL,
  amount_yen BIGINT NOT NULL,
  -- Number of juchu.payment.v1.CardRequestState.
  state TINYINT NOT NULL,
  -- 1 while it is under way, and of an order only one is: the key below refuses a second one.
  open_mark TINYINT NULL,
  -- An earlier one like it was lost: the company is asked what there is before this one is sent.
  asks_first TINYINT NOT NULL,
  -- The company was asked, and knew of nothing that this one would double.
  asked_first TINYINT NOT NULL DEFAULT 0,
  -- The company's number of the batch; 0: it has none yet.
  company_request_id BIGINT NOT NULL DEFAULT 0,
  create_time_us BIGINT NOT NULL,
  -- When it was given the company's number first; sent last; ended.
  first_send_time_us BIGINT NULL,
  send_time_us BIGINT NULL,
  end_time_us BIGINT NULL,
  -- When it is to be looked at next: sent, or its result asked for.
  due_time_us BIGINT NOT NULL,
  sends INT NOT NULL DEFAULT 0,
  checks INT NOT NULL DEFAULT 0,
  error_code VARCHAR(50) NOT NULL DEFAULT '',
  error_message VARCHAR(500) NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, request_id),
  UNIQUE KEY uq_card_requests_open (tenant_id, order_number, open_mark),
  KEY ix_card_requests_waiting (tenant_id, shop_id, open_mark, state, operation, asks_first, due_time_us),
  KEY ix_card_requests_due (tenant_id, shop_id, open_mark, state, due_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The shops that have card requests: each is worked on by one worker at a time, under a lease.
CREATE TABLE card_shops (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- When there is something to do; NULL: nothing under way.
  due_time_us BIGINT NULL,
  lease_token CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  lease_end_us BIGINT NOT NULL DEFAULT 0,
  -- Nothing is sent before.
  next_send_time_us BIGINT NOT NULL DEFAULT 0,
  -- Turns in a row that the company could not be reached in.
  failures INT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, shop_id),
  KEY ix_card_shops_due_time (due_time_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How a tenant's card requests are run; a tenant without a row has the defaults.
CREATE TABLE payment_settings (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  card_send_interval_seconds INT NOT NULL,
  authorization_valid_days INT NOT NULL,
  expiry_warning_days INT NOT NULL,
  stuck_after_seconds INT NOT NULL,
  PRIMARY KEY (tenant_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
