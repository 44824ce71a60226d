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
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${labels}" TIMEOUT 600)
endfunction()
