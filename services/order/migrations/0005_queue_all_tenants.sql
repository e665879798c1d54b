-- Orders wish for stock from now on. Those that were there before are looked at once: all AUTO orders of each tenant.
INSERT IGNORE INTO order_changes (tenant_id, order_number, generation, due_time_us, create_time_us)
SELECT tenant_id, '', 1, 0, 0 FROM tenants;
