# juchu_proto_library(NAME PROTOS juchu/order/v1/order.proto ... DEPS target ... [GRPC] [ROOT folder]):
# C++ from contracts below proto/ (or ROOT, for what is no contract of ours); the include path equals the import path.
# GRPC adds the service stubs.
# Generated code is included as SYSTEM: our warnings are for our code.
function(juchu_proto_library NAME)
  cmake_parse_arguments(ARG "GRPC" "ROOT" "PROTOS;DEPS" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT "${CMAKE_SOURCE_DIR}/proto")
  endif()
  set(OUT "${CMAKE_BINARY_DIR}/proto")
  file(MAKE_DIRECTORY "${OUT}")
  get_target_property(GRPC_PLUGIN gRPC::grpc_cpp_plugin LOCATION)
  set(SOURCES)
  foreach(PROTO IN LISTS ARG_PROTOS)
    string(REPLACE ".proto" "" STEM "${PROTO}")
    set(GENERATED "${OUT}/${STEM}.pb.cc" "${OUT}/${STEM}.pb.h")
    add_custom_command(
      OUTPUT ${GENERATED}
      COMMAND protobuf::protoc "--proto_path=${ARG_ROOT}" "--cpp_out=${OUT}"
              "--dependency_out=${OUT}/${STEM}.d" "${ARG_ROOT}/${PROTO}"
      DEPENDS "${ARG_ROOT}/${PROTO}"
      DEPFILE "${OUT}/${STEM}.d"
      COMMENT "protoc ${PROTO}"
      VERBATIM)
    if(ARG_GRPC)
      # Apart from the above: with both plugins in one run the dependency file names the wrong outputs, and everything
      # is made anew each time.
      set(STUBS "${OUT}/${STEM}.grpc.pb.cc" "${OUT}/${STEM}.grpc.pb.h")
      add_custom_command(
        OUTPUT ${STUBS}
        COMMAND protobuf::protoc "--proto_path=${ARG_ROOT}" "--grpc_out=${OUT}"
                "--plugin=protoc-gen-grpc=${GRPC_PLUGIN}" "${ARG_ROOT}/${PROTO}"
        DEPENDS "${OUT}/${STEM}.pb.h"
        COMMENT "protoc ${PROTO} (stubs)"
        VERBATIM)
      list(APPEND GENERATED ${STUBS})
    endif()
    list(APPEND SOURCES ${GENERATED})
  endforeach()
  add_library(${NAME} STATIC ${SOURCES})
  target_include_directories(${NAME} SYSTEM PUBLIC "${OUT}")
  target_link_libraries(${NAME} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_GRPC)
    target_link_libraries(${NAME} PUBLIC gRPC::grpc++)
  endif()
endfunction()
