# fosse_library, fosse_binary and fosse_test: the only ways a target comes to be.
#
# A target's folder is the first part of its path; each of its DEPS must lie in a folder that
# cmake/edges.cmake allows, and so must every #include of its sources (see fosse_check_includes).
include(edges)

# For every target alike: a precompiled header serves only those compiled with the same flags.
add_compile_options(-pthread)
add_library(fosse_flags INTERFACE)
target_compile_options(fosse_flags INTERFACE
  -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
  -Wno-sign-compare -fno-omit-frame-pointer
  # g++ 12 sees faults in inlined std::string that are none (GCC bugs 105329, 105651).
  -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
target_include_directories(fosse_flags INTERFACE ${CMAKE_SOURCE_DIR})
if(FOSSE_SANITIZE)
  add_compile_options(-fsanitize=${FOSSE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FOSSE_SANITIZE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

# Compiling is what costs, so what nearly every file of a kind needs is compiled once:
#   fosse_pch       messages and the slow standard headers, for all that ships;
#   fosse_test_pch  GoogleTest too, and no optimisation, for tests: each runs for a moment.
function(fosse_add_pch name)
  cmake_parse_arguments(A "" "" "HEADERS;LIBS;OPTIONS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE fosse_flags fosse_protos ${A_LIBS})
  target_compile_options(${name} PRIVATE ${A_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h ${A_HEADERS})
endfunction()

function(fosse_precompile target)
  get_target_property(room ${target} FOSSE_ROOM)
  get_target_property(optimised ${target} FOSSE_OPTIMISED)
  set(pch fosse_pch)
  if(room STREQUAL tests AND NOT optimised)
    set(pch fosse_test_pch)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(NOT TARGET ${pch})
    if(pch STREQUAL fosse_pch)
      fosse_add_pch(fosse_pch)
    else()
      fosse_add_pch(fosse_test_pch LIBS GTest::gmock HEADERS <gmock/gmock.h> <gtest/gtest.h> OPTIONS -O0)
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${pch})
endfunction()

# Code that a tool has written: no warnings, and no checks of undefined behaviour, which would take as long to
# compile as all else.
function(fosse_generated target)
  target_compile_options(${target} PRIVATE -w)
  if(FOSSE_SANITIZE)
    target_compile_options(${target} PRIVATE -fno-sanitize=undefined)
  endif()
endfunction()

function(fosse_room out)
  file(RELATIVE_PATH here ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REGEX REPLACE "/.*" "" room "${here}")
  set(${out} ${room} PARENT_SCOPE)
endfunction()

# Stops on an edge outside the table. The room of a fosse target is kept as its FOSSE_ROOM property.
function(fosse_check_edges target room)
  foreach(dep ${ARGN})
    get_target_property(dep_room fosse_${dep} FOSSE_ROOM)
    if(NOT dep_room STREQUAL room AND NOT dep_room IN_LIST FOSSE_EDGES_${room})
      message(FATAL_ERROR "${target}: ${room}/ may not use ${dep_room}/ (cmake/edges.cmake)")
    endif()
  endforeach()
endfunction()

# Stops on an #include that reaches into a folder outside the table, linked or not.
function(fosse_check_includes target room)
  foreach(source ${ARGN})
    file(STRINGS ${source} lines REGEX "^#include \"[a-z]+/")
    foreach(line ${lines})
      string(REGEX REPLACE "^#include \"([a-z]+)/.*" "\\1" used "${line}")
      if(used STREQUAL "fosse")
        if(line MATCHES "\\.grpc\\.pb\\.h")
          set(used stubs)
        else()
          set(used protos)
        endif()
      endif()
      if(NOT used STREQUAL room AND DEFINED FOSSE_EDGES_${used}
         AND NOT used IN_LIST FOSSE_EDGES_${room})
        message(FATAL_ERROR "${source}: ${room}/ may not include ${used}/ (cmake/edges.cmake)")
      endif()
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  endforeach()
endfunction()

function(fosse_link target room)
  cmake_parse_arguments(A "" "" "DEPS;LIBS" ${ARGN})
  fosse_check_edges(${target} ${room} ${A_DEPS})
  list(TRANSFORM A_DEPS PREPEND fosse_ OUTPUT_VARIABLE deps)
  target_link_libraries(${target} PUBLIC fosse_flags ${deps} ${A_LIBS})
  set_target_properties(${target} PROPERTIES FOSSE_ROOM ${room})
endfunction()

# fosse_library(name SRCS … HDRS … DEPS fosse libraries … LIBS outside libraries …)
function(fosse_library name)
  cmake_parse_arguments(A "" "" "SRCS;HDRS;DEPS;LIBS" ${ARGN})
  fosse_room(room)
  add_library(fosse_${name} STATIC ${A_SRCS})
  fosse_check_includes(${name} ${room} ${A_SRCS} ${A_HDRS})
  fosse_link(fosse_${name} ${room} DEPS ${A_DEPS} LIBS ${A_LIBS})
  fosse_precompile(fosse_${name})
endfunction()

# fosse_binary(name SRCS … DEPS … LIBS …): build/bin/<name>
function(fosse_binary name)
  cmake_parse_arguments(A "" "" "SRCS;DEPS;LIBS" ${ARGN})
  fosse_room(room)
  add_executable(${name} ${A_SRCS})
  fosse_check_includes(${name} ${room} ${A_SRCS})
  fosse_link(${name} ${room} DEPS ${A_DEPS} LIBS ${A_LIBS})
  fosse_precompile(${name})
endfunction()

# fosse_test(name SRCS … DEPS … LABELS ids … [OPTIMISED]): one executable, one CTest entry, labelled
# with the clauses and safety ids it shows. Few executables, many sources: linking is what costs.
# OPTIMISED: its own code works hard, as what ships does.
function(fosse_test name)
  cmake_parse_arguments(A "OPTIMISED" "TIMEOUT" "SRCS;DEPS;LIBS;LABELS" ${ARGN})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 300)
  endif()
  add_executable(${name} ${A_SRCS})
  fosse_link(${name} tests DEPS ${A_DEPS} LIBS ${A_LIBS} GTest::gmock_main)
  set_target_properties(${name} PROPERTIES FOSSE_OPTIMISED ${A_OPTIMISED})
  fosse_precompile(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "unit;${A_LABELS}"
    ENVIRONMENT "FOSSE_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()
