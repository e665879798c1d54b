# Defines the target Tcmalloc::minimal: gperftools' allocator without its profilers (Debian: libgoogle-perftools-dev).
find_library(Tcmalloc_LIBRARY tcmalloc_minimal)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Tcmalloc REQUIRED_VARS Tcmalloc_LIBRARY)
if(Tcmalloc_FOUND AND NOT TARGET Tcmalloc::minimal)
  add_library(Tcmalloc::minimal UNKNOWN IMPORTED)
  set_target_properties(Tcmalloc::minimal PROPERTIES IMPORTED_LOCATION "${Tcmalloc_LIBRARY}")
endif()
