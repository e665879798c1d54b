-- One row a tenant: what it has set up, as one document under one version. Written by ChangeConfiguration only.
CREATE TABLE tenants (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Grows by one with each change; a commit names the version that it was decided on.
  configuration_version BIGINT NOT NULL,
  -- Serialized juchu.order.v1.Configuration.
  configuration MEDIUMBLOB NOT NULL,
  create_time_us BIGINT NOT NULL,
  update_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
