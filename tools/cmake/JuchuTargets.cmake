# juchu_library, juchu_binary, juchu_test, juchu_fuzzer: every target of ours goes through one of them,
# so that warnings, sanitizers and hardening stand in one place.

add_library(juchu_compile_options INTERFACE)
target_include_directories(juchu_compile_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(juchu_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror
  -fstack-protector-strong
  $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>
  # GCC 12 sees overlapping copies in std::string where there are none (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Absl's lock annotations are checked where the compiler can.
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
target_link_options(juchu_compile_options INTERFACE -Wl,-z,relro,-z,now)

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  target_link_options(juchu_compile_options INTERFACE -fuse-ld=mold)
endif()

if(JUCHU_FAULTS)
  add_compile_definitions(JUCHU_FAULTS)
endif()

if(JUCHU_SANITIZER)
  add_compile_options(-fsanitize=${JUCHU_SANITIZER} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${JUCHU_SANITIZER})
endif()

# juchu_library(NAME SOURCES a.cc ... DEPS target ...): a static library; without sources, headers only.
function(juchu_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(${NAME} PRIVATE juchu_compile_options PUBLIC ${ARG_DEPS})
    target_include_directories(${NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
  else()
    add_library(${NAME} INTERFACE)
    target_link_libraries(${NAME} INTERFACE ${ARG_DEPS})
    target_include_directories(${NAME} INTERFACE "${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

# juchu_binary(NAME SOURCES main.cc ... DEPS target ...): an executable in build/<preset>/bin.
function(juchu_binary NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE juchu_compile_options ${ARG_DEPS})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  # Sanitizers bring an allocator of their own. Nothing names the library's functions, so the linker is told to keep it.
  if(NOT JUCHU_SANITIZER)
    target_link_libraries(${NAME} PRIVATE -Wl,--no-as-needed Tcmalloc::minimal -Wl,--as-needed)
  endif()
endfunction()

# juchu_test(NAME LABEL unit|mysql|integration|e2e|proof SOURCES a_test.cc ... DEPS target ...): one gtest binary.
# PARTS: values of its parameterized tests, each of which becomes a CTest test of its own, NAME_<part>, so that they run
# side by side.
function(juchu_test NAME)
  if(NOT JUCHU_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS;PARTS" ${ARGN})
  if(NOT ARG_LABEL MATCHES "^(unit|mysql|integration|e2e|proof)$")
    message(FATAL_ERROR "juchu_test(${NAME}): LABEL must be unit, mysql, integration, e2e or proof")
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE juchu_compile_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  if(NOT ARG_PARTS)
    add_test(NAME ${NAME} COMMAND ${NAME})
    set_tests_properties(${NAME} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 600)
  endif()
  foreach(PART IN LISTS ARG_PARTS)
    add_test(NAME ${NAME}_${PART} COMMAND ${NAME} "--gtest_filter=*/${PART}")
    set_tests_properties(${NAME}_${PART} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 600
      FAIL_REGULAR_EXPRESSION "Running 0 tests")
  endforeach()
endfunction()

# juchu_fuzzer(NAME SOURCES a_fuzz.cc ... DEPS target ...): a libFuzzer program in build/<preset>/fuzz; NAME is the
# target's name in tools/fuzz, the folder of its corpus and, where there is one, the name of its dictionary.
function(juchu_fuzzer NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(fuzz_${NAME} ${ARG_SOURCES})
  target_link_libraries(fuzz_${NAME} PRIVATE juchu_compile_options ${ARG_DEPS})
  target_link_options(fuzz_${NAME} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz" OUTPUT_NAME ${NAME})
  if(NOT IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${NAME}")
    message(FATAL_ERROR "juchu_fuzzer(${NAME}): corpus/${NAME} is missing")
  endif()
endfunction()
