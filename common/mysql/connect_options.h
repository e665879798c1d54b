#ifndef COMMON_MYSQL_CONNECT_OPTIONS_H_
#define COMMON_MYSQL_CONNECT_OPTIONS_H_

#include <cppconn/connection.h>

#include <string>

#include "common/mysql/options.h"

// Within common/mysql: how a connection is opened and its session set up.
namespace juchu::mysql {

// What the library wants to know to connect: TLS over the network, always.
sql::ConnectOptionsMap ConnectOptions(const Options& options);

// The statement that sets time zone, strictness and time limits of a new session, in MySQL as in MariaDB.
std::string SetSession(const Options& options);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_CONNECT_OPTIONS_H_
