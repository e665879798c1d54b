-- Orders of a tag are asked for by their time: a copy of it in the link lets a page be read off the index, however many
-- orders carry the tag. Changes with the order's time. The default is for a release that does not know the column.
ALTER TABLE order_tag_links ADD COLUMN order_time_us BIGINT NOT NULL DEFAULT 0;
UPDATE order_tag_links l JOIN orders o ON o.tenant_id = l.tenant_id AND o.order_number = l.order_number
SET l.order_time_us = o.order_time_us;
ALTER TABLE order_tag_links
  ADD KEY ix_order_tag_links_order_time (tenant_id, order_tag_id, order_time_us, order_number);
