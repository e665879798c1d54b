-- Slip numbers (配送伝票番号) that were reported, and for which order last. Written with the file of the slips: the key
-- keeps two files at a time from reporting one number for two orders. A number comes again after a month only. Never
-- removed.
CREATE TABLE reported_slips (
  tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Number of juchu.payment.v1.PostpayCompany.
  company TINYINT NOT NULL,
  -- As the file says it: letters and digits.
  slip_number VARCHAR(50) NOT NULL,
  order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_time_us BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, company, slip_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What was reported until now, when numbers were kept with their hyphens; of one that came several times the last.
REPLACE INTO reported_slips (tenant_id, company, slip_number, order_number, report_time_us)
SELECT s.tenant_id, s.company, REPLACE(REPLACE(s.slip_number, '-', ''), ' ', ''), s.order_number, f.create_time_us
FROM screenings s JOIN payment_files f ON f.tenant_id = s.tenant_id AND f.file_id = s.slip_file_id
WHERE s.slip_reported = 1 ORDER BY f.create_time_us;
