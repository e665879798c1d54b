-- One service's database and its user, who may do nothing elsewhere and connects over TLS only. Run by an administrator;
-- {{service}} and {{password}} are filled in by the caller (tools/dev does; on Kubernetes a job with the secret).
CREATE DATABASE IF NOT EXISTS juchu_{{service}} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER IF NOT EXISTS 'juchu_{{service}}'@'%' IDENTIFIED BY '{{password}}' REQUIRE SSL;
ALTER USER 'juchu_{{service}}'@'%' IDENTIFIED BY '{{password}}' REQUIRE SSL;
-- Where the server, or a proxy in the same pod, is reached over its Unix socket (--mysql_socket), nothing leaves the machine and
-- there is no TLS: create 'juchu_{{service}}'@'localhost' with the same password and rights, without REQUIRE SSL.
-- The server wants a redo log for some minutes of writing (innodb_log_file_size, 512M and more) and room for the orders under work
-- and their history (innodb_buffer_pool_size): where they are small, a third of the capacity goes into making room.
-- The service itself needs SELECT, INSERT, UPDATE and DELETE; the rest is for juchu-migrate.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES ON juchu_{{service}}.* TO 'juchu_{{service}}'@'%';
