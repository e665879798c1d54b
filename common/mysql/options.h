#ifndef COMMON_MYSQL_OPTIONS_H_
#define COMMON_MYSQL_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace juchu::mysql {

// How one service reaches its one schema, and how large its pool is. Every connection over the network is TLS with the
// server's certificate and name checked; there is no option that switches this off.
struct Options {
  // The server's Unix socket, or that of a proxy beside this process, in place of host and port; absolute. Nothing
  // leaves the machine, so there is no TLS and ca_file, cert_file and key_file stay empty. Whoever can write the
  // socket's folder is the database: it must not be writable by everybody.
  std::string socket_file;
  // Name or address of the server. The server's certificate must be valid for exactly this text.
  std::string host = "127.0.0.1";
  // TCP port, 1..65535.
  int port = 3306;
  // The schema all statements of this pool run in.
  std::string schema;
  // The database account; one per service, with rights on its own schema only.
  std::string user;
  // The account's password itself, read by the caller from a file. Never logged.
  std::string password;

  // PEM file of the authority that signed the server's certificate. Required without socket_file.
  std::string ca_file;
  // PEM files of our own certificate and key, when the account requires X509. Both or neither.
  std::string cert_file;
  std::string key_file;

  // The largest number of connections, 1..1000.
  int pool_size = 8;
  // The longest wait for a free connection; the caller's deadline shortens it.
  absl::Duration acquire_timeout = absl::Milliseconds(250);
  // A connection idle for longer is pinged before it is lent. Positive.
  absl::Duration idle_check_after = absl::Seconds(5);
  // A connection older than this is replaced when it is next lent; keep it below the server's wait_timeout.
  absl::Duration max_lifetime = absl::Minutes(30);

  // Limit of TCP connect and TLS handshake; whole seconds, at least 1.
  absl::Duration connect_timeout = absl::Seconds(3);
  // Limit of silence on the socket while reading an answer or writing a request; whole seconds, at least 1.
  absl::Duration read_timeout = absl::Seconds(30);
  absl::Duration write_timeout = absl::Seconds(30);
  // Limit of one statement on the server (max_statement_time); zero means none.
  absl::Duration statement_timeout = absl::Seconds(10);
  // Limit of one wait for a row lock; whole seconds, at least 1. Keep it below the deadline of a request.
  absl::Duration lock_wait_timeout = absl::Seconds(2);
  // A transaction that sends nothing for so long is ended by the server, so that a stuck process does not hold its
  // locks; whole seconds, zero means never.
  absl::Duration idle_transaction_timeout = absl::Seconds(10);

  // Prepared statements kept per connection; the least recently used one goes first. At least 1.
  int statement_cache_size = 256;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_OPTIONS_H_
