-- A change of the status moves a row in each index that begins with it, and a new order adds a row to each there is:
-- one index by status answers searches and, as it covers the mode, the counts; one by shop order number is unique and
-- found without the shop too.
ALTER TABLE orders
  DROP KEY ix_orders_status_mode,
  DROP KEY ix_orders_status_order_time,
  ADD KEY ix_orders_status_order_time (tenant_id, status, order_time_us, order_number, mode),
  DROP KEY ix_orders_shop_order_number,
  DROP KEY uq_orders_shop_order_number,
  ADD UNIQUE KEY uq_orders_shop_order_number (tenant_id, shop_order_number, shop_id);
