#ifndef COMMON_MYSQL_FLAGS_H_
#define COMMON_MYSQL_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/mysql/options.h"

namespace juchu::mysql {

// The options that --mysql_socket, --mysql_host, --mysql_port, --mysql_schema, --mysql_user, --mysql_password_file,
// --mysql_ca_file, --mysql_cert_file, --mysql_key_file and --mysql_pool_size describe, with the password read from its
// file. Linking this library defines those flags. INVALID_ARGUMENT that names the flag when the password file cannot be
// read; Pool::Create checks the rest.
absl::StatusOr<Options> OptionsFromFlags();

// Makes `name` the default of --mysql_schema and --mysql_user. Before flags are parsed.
void SetFlagDefaults(const std::string& name);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_FLAGS_H_
