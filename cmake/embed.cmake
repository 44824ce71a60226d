# Schema files as C++: included, it gives embed_schema(TARGET) and embed_text; run as a script, it writes the file.
if(CMAKE_SCRIPT_MODE_FILE)
  # -DOUTPUT=… -DSOURCE_DIR=…; names are sorted, because migrations apply in that order.
  function(list_files function_name folder)
    file(GLOB files RELATIVE ${SOURCE_DIR}/${folder} ${SOURCE_DIR}/${folder}/*.sql)
    list(SORT files)
    string(APPEND text "\nconst std::vector<SchemaFile>& ${function_name}() {\n")
    string(APPEND text "    static const std::vector<SchemaFile> files{\n")
    foreach(file IN LISTS files)
      file(READ ${SOURCE_DIR}/${folder}/${file} sql)
      string(APPEND text "        {.name = \"${file}\", .text = R\"accubooks_sql(${sql})accubooks_sql\"},\n")
    endforeach()
    string(APPEND text "    };\n    return files;\n}\n")
    set(text "${text}" PARENT_SCOPE)
  endfunction()
  set(text "// Made from db/ by cmake/embed.cmake.\n#include \"pg/schema.h\"\n\nnamespace accubooks::pg {\n")
  list_files(schema_migrations db/migrations)
  list_files(schema_functions db/functions)
  string(APPEND text "\n}  // namespace accubooks::pg\n")
  file(WRITE ${OUTPUT} "${text}")
  return()
endif()

set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(embed_schema target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/schema.cpp)
  file(GLOB files CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/db/migrations/*.sql ${PROJECT_SOURCE_DIR}/db/functions/*.sql)
  # The list itself is a dependency, so that a removed file is noticed.
  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/schema_files.txt)
  file(CONFIGURE OUTPUT ${list_file} CONTENT "${files}\n")
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -P ${EMBED_SCRIPT}
    DEPENDS ${files} ${list_file} ${EMBED_SCRIPT} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# embed_text(ROOM NAMESPACE FUNCTION FILE): the file as `std::string_view accubooks::NAMESPACE::FUNCTION()`.
function(embed_text target namespace function file)
  file(READ ${PROJECT_SOURCE_DIR}/${file} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT "// Made from @file@ by cmake/embed.cmake.
#include <string_view>

namespace accubooks::@namespace@ {
std::string_view @function@();
std::string_view @function@() {
    return R\"accubooks_text(@text@)accubooks_text\";
}
}  // namespace accubooks::@namespace@
")
  target_sources(${target} PRIVATE ${output})
endfunction()

# embed_texts(ROOM NAMESPACE FUNCTION FOLDER): the folder's Markdown pages, path and text of each, as
# `const std::vector<std::pair<std::string_view, std::string_view>>& accubooks::NAMESPACE::FUNCTION()`.
function(embed_texts target namespace function folder)
  file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.md)
  list(SORT files)
  set(texts "")
  foreach(file IN LISTS files)
    file(READ ${PROJECT_SOURCE_DIR}/${file} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    string(APPEND texts "        {\"${file}\", R\"accubooks_text(${text})accubooks_text\"},\n")
  endforeach()
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT "// Made from @folder@ by cmake/embed.cmake.
#include <string_view>
#include <utility>
#include <vector>

namespace accubooks::@namespace@ {
const std::vector<std::pair<std::string_view, std::string_view>>& @function@();
const std::vector<std::pair<std::string_view, std::string_view>>& @function@() {
    static const std::vector<std::pair<std::string_view, std::string_view>> texts{
@texts@    };
    return texts;
}
}  // namespace accubooks::@namespace@
")
  target_sources(${target} PRIVATE ${output})
endfunction()
