# room(ledger USES audit pg base LIBS PkgConfig::SODIUM)
#
# One folder of src/ as one static library. USES are the only rooms whose headers it may include (script/lint checks
# it); LIBS are libraries that only this room wraps. Headers beside the sources are its public door; headers under
# internal/ are its own. Tests sit beside the code as <name>_test.cpp; <name>_db_test.cpp needs a real PostgreSQL and
# is labelled `db`.
function(room name)
  cmake_parse_arguments(R "" "" "USES;LIBS;TEST_USES" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/src/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cpp ${dir}/internal/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${dir}/*.h)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")

  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME accubooks_${name} LINKER_LANGUAGE CXX)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  target_link_libraries(${name} PUBLIC common ${R_USES} ${R_LIBS})
  target_precompile_headers(${name} REUSE_FROM pch)

  set(unit ${tests})
  list(FILTER unit EXCLUDE REGEX "_db_test\\.cpp$")
  set(database ${tests})
  list(FILTER database INCLUDE REGEX "_db_test\\.cpp$")
  room_tests(${name}_test "${unit}" ${name} "${R_TEST_USES}" "${name}")
  room_tests(${name}_db_test "${database}" ${name} "${R_TEST_USES};testing" "${name};db")
endfunction()

# A test program of one room, listed in CTest case by case; each case carries the labels.
function(room_tests target sources room uses labels)
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources})
  target_precompile_headers(${target} REUSE_FROM pch)
  list(REMOVE_DUPLICATES uses)
  target_link_libraries(${target} PRIVATE ${room} ${uses} GTest::gmock GTest::gtest_main rapidcheck_gtest)
  target_compile_definitions(${target} PRIVATE ACCUBOOKS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST)
  # Set afterwards, because gtest_discover_tests takes a list of labels apart.
  set(properties "LABELS \"${labels}\" TIMEOUT 600")
  if("db" IN_LIST labels)
    add_dependencies(${target} test_cluster)
    string(APPEND properties
      " FIXTURES_REQUIRED test_cluster ENVIRONMENT \"ACCUBOOKS_TEST_CLUSTER=${PROJECT_BINARY_DIR}\"")
  endif()
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake)
  file(WRITE ${file}
    "foreach(test IN LISTS ${target}_TESTS)\n  set_tests_properties(\"\${test}\" PROPERTIES ${properties})\nendforeach()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()

# One PostgreSQL for all database tests of a CTest run; a test program run by hand makes its own.
function(test_cluster_fixture)
  add_executable(test_cluster ${PROJECT_SOURCE_DIR}/src/testing/main.cpp)
  target_precompile_headers(test_cluster REUSE_FROM pch)
  target_link_libraries(test_cluster PRIVATE testing)
  foreach(act start stop)
    add_test(NAME test_cluster.${act} COMMAND test_cluster ${act} ${PROJECT_BINARY_DIR})
  endforeach()
  set_tests_properties(test_cluster.start PROPERTIES FIXTURES_SETUP test_cluster TIMEOUT 120)
  set_tests_properties(test_cluster.stop PROPERTIES FIXTURES_CLEANUP test_cluster TIMEOUT 120)
endfunction()
