# cpp-httplib as Debian ships it: built as a library, with OpenSSL; its pkg-config file leaves the macros out that its
# header wants for the same.
include(FindPackageHandleStandardArgs)
find_path(HttpLib_INCLUDE_DIR httplib.h)
find_library(HttpLib_LIBRARY cpp-httplib)
find_package_handle_standard_args(HttpLib REQUIRED_VARS HttpLib_LIBRARY HttpLib_INCLUDE_DIR)

if(HttpLib_FOUND AND NOT TARGET httplib::httplib)
  add_library(httplib::httplib UNKNOWN IMPORTED)
  set_target_properties(httplib::httplib PROPERTIES
    IMPORTED_LOCATION "${HttpLib_LIBRARY}"
    INTERFACE_COMPILE_DEFINITIONS CPPHTTPLIB_OPENSSL_SUPPORT
    INTERFACE_INCLUDE_DIRECTORIES "${HttpLib_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "OpenSSL::SSL")
endif()
