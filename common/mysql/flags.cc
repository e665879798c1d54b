#include "common/mysql/flags.h"

#include <string>

#include "absl/flags/flag.h"
#include "common/flags/secret_file.h"
#include "common/status/status_macros.h"

ABSL_FLAG(std::string, mysql_socket, "",
          "The Unix socket of the database server, or of a proxy beside this process, in place of --mysql_host and "
          "--mysql_port; without TLS and so without --mysql_ca_file.");
ABSL_FLAG(std::string, mysql_host, "127.0.0.1", "Database server: the name or address its certificate is valid for.");
ABSL_FLAG(int, mysql_port, 3306, "Database server: TCP port.");
ABSL_FLAG(std::string, mysql_schema, "", "The service's own schema, such as juchu_order.");
ABSL_FLAG(std::string, mysql_user, "", "The service's own database account.");
ABSL_FLAG(std::string, mysql_password_file, "", "File with the account's password; not readable by others.");
ABSL_FLAG(std::string, mysql_ca_file, "", "Certificates (PEM) of the authority that signed the database's.");
ABSL_FLAG(std::string, mysql_cert_file, "", "Our certificate (PEM), when the account requires one.");
ABSL_FLAG(std::string, mysql_key_file, "", "The key (PEM) of --mysql_cert_file.");
ABSL_FLAG(int, mysql_pool_size, 16, "Most connections to the database at once, 1 to 1000.");

namespace juchu::mysql {

absl::StatusOr<Options> OptionsFromFlags() {
  Options options;
  options.socket_file = absl::GetFlag(FLAGS_mysql_socket);
  options.host = absl::GetFlag(FLAGS_mysql_host);
  options.port = absl::GetFlag(FLAGS_mysql_port);
  options.schema = absl::GetFlag(FLAGS_mysql_schema);
  options.user = absl::GetFlag(FLAGS_mysql_user);
  JUCHU_ASSIGN_OR_RETURN(options.password,
                         ReadSecretFile("mysql_password_file", absl::GetFlag(FLAGS_mysql_password_file)));
  options.ca_file = absl::GetFlag(FLAGS_mysql_ca_file);
  options.cert_file = absl::GetFlag(FLAGS_mysql_cert_file);
  options.key_file = absl::GetFlag(FLAGS_mysql_key_file);
  options.pool_size = absl::GetFlag(FLAGS_mysql_pool_size);
  return options;
}

void SetFlagDefaults(const std::string& name) {
  absl::SetFlag(&FLAGS_mysql_schema, name);
  absl::SetFlag(&FLAGS_mysql_user, name);
}

}  // namespace juchu::mysql
