# Debian's libmysqlcppconn-dev brings neither a CMake nor a pkg-config file.
find_path(MySQLConnectorCpp_INCLUDE_DIR cppconn/driver.h)
find_library(MySQLConnectorCpp_LIBRARY mysqlcppconn)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MySQLConnectorCpp
  REQUIRED_VARS MySQLConnectorCpp_LIBRARY MySQLConnectorCpp_INCLUDE_DIR)
if(MySQLConnectorCpp_FOUND AND NOT TARGET MySQLConnectorCpp::mysqlcppconn)
  add_library(MySQLConnectorCpp::mysqlcppconn UNKNOWN IMPORTED)
  set_target_properties(MySQLConnectorCpp::mysqlcppconn PROPERTIES
    IMPORTED_LOCATION "${MySQLConnectorCpp_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${MySQLConnectorCpp_INCLUDE_DIR}")
endif()
