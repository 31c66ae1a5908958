# How a room becomes a library: used by the room() lines of the top CMakeLists.txt.
#
# room(PATH [USES room...] [LINK target...] [PURE] [PROTO file...] [SQL name=folder] [PO lang...]
#      [BYTES symbol=file...] [TABLE name=script:source...])
#   builds every .c below PATH (not main.c, not below another room) as a static library,
#   and writes the line "PATH: USES" into layers.txt, which tests/tidy checks includes against.

set(LAYERS_FILE ${CMAKE_BINARY_DIR}/layers.txt)
file(WRITE ${LAYERS_FILE} "")
set_property(GLOBAL PROPERTY doorstep_rooms "")

add_executable(embed ${CMAKE_SOURCE_DIR}/assets/embed.c)
target_compile_options(embed PRIVATE -Wno-error -fno-sanitize=all) # lives for one file; frees nothing
target_link_options(embed PRIVATE -fno-sanitize=all)

# The system's python3: it is the one that has the packaged modules.
find_program(PYTHON3 NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

function(room_target OUT PATH)
    string(REPLACE "/" "_" name ${PATH})
    set(${OUT} room_${name} PARENT_SCOPE)
endfunction()

function(room PATH)
    cmake_parse_arguments(ROOM "PURE" "" "USES;LINK;PROTO;SQL;PO;BYTES;TABLE" ${ARGN})
    if(NOT IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${PATH})
        message(FATAL_ERROR "room ${PATH} has no folder")
    endif()
    room_target(target ${PATH})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
         ${CMAKE_SOURCE_DIR}/${PATH}/*.c)
    list(FILTER sources EXCLUDE REGEX "/main\\.c$")

    foreach(proto ${ROOM_PROTO})
        string(REGEX REPLACE "\\.proto$" ".pb.c" generated ${proto})
        string(REGEX REPLACE "\\.proto$" ".pb.h" header ${proto})
        string(REGEX REPLACE "\\.proto$" ".options" options ${proto})
        add_custom_command(
            OUTPUT ${GENERATED}/${generated} ${GENERATED}/${header}
            COMMAND ${PROTOC} -I${CMAKE_SOURCE_DIR} --plugin=protoc-gen-nanopb=${NANOPB_PLUGIN}
                    "--nanopb_out=-I${CMAKE_SOURCE_DIR} -q:${GENERATED}" ${CMAKE_SOURCE_DIR}/${proto}
            WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
            DEPENDS ${CMAKE_SOURCE_DIR}/${proto} ${CMAKE_SOURCE_DIR}/${options}
            COMMENT "nanopb ${proto}" VERBATIM)
        list(APPEND generated_sources ${GENERATED}/${generated})
        set_source_files_properties(${GENERATED}/${generated} PROPERTIES COMPILE_OPTIONS "-w")
    endforeach()

    foreach(sql ${ROOM_SQL})
        string(REGEX REPLACE "=.*" "" name ${sql})
        string(REGEX REPLACE ".*=" "" folder ${sql})
        file(GLOB_RECURSE sql_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.sql)
        add_custom_command(
            OUTPUT ${GENERATED}/${PATH}/sql_${name}.h ${GENERATED}/${PATH}/sql_${name}.c
            COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}/${PATH}
            COMMAND embed sql ${name} ${PATH} ${GENERATED}/${PATH} ${CMAKE_SOURCE_DIR}/${folder}
            DEPENDS embed ${sql_files} COMMENT "embed ${folder}" VERBATIM)
        list(APPEND generated_sources ${GENERATED}/${PATH}/sql_${name}.c)
    endforeach()

    foreach(bytes ${ROOM_BYTES})
        string(REGEX REPLACE "=.*" "" symbol ${bytes})
        string(REGEX REPLACE ".*=" "" file ${bytes})
        add_custom_command(
            OUTPUT ${GENERATED}/${PATH}/${symbol}.c
            COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}/${PATH}
            COMMAND embed bytes ${symbol} ${GENERATED}/${PATH}/${symbol}.c ${CMAKE_SOURCE_DIR}/${file}
            DEPENDS embed ${CMAKE_SOURCE_DIR}/${file} COMMENT "embed ${file}" VERBATIM)
        list(APPEND generated_sources ${GENERATED}/${PATH}/${symbol}.c)
    endforeach()

    # A C table that a script of assets makes of a file of a package.
    foreach(table ${ROOM_TABLE})
        string(REGEX REPLACE "=.*" "" name ${table})
        string(REGEX REPLACE ".*=(.*):.*" "${CMAKE_SOURCE_DIR}/\\1" script ${table})
        string(REGEX REPLACE ".*:" "" source ${table})
        add_custom_command(
            OUTPUT ${GENERATED}/${PATH}/${name}.c
            COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}/${PATH}
            COMMAND ${PYTHON3} ${script} ${source} ${GENERATED}/${PATH}/${name}.c
            DEPENDS ${script} ${source} COMMENT "table ${name}" VERBATIM)
        list(APPEND generated_sources ${GENERATED}/${PATH}/${name}.c)
    endforeach()

    if(ROOM_PO)
        foreach(language ${ROOM_PO})
            list(APPEND po_folders ${CMAKE_SOURCE_DIR}/assets/i18n/${language})
            file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/assets/i18n/${language}/*.po)
            list(APPEND po_files ${files})
        endforeach()
        add_custom_command(
            OUTPUT ${GENERATED}/${PATH}/texts.c ${GENERATED}/${PATH}/texts.h
            COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED}/${PATH}
            COMMAND embed po ${GENERATED}/${PATH} ${po_folders}
            DEPENDS embed ${po_files} COMMENT "embed translations" VERBATIM)
        list(APPEND generated_sources ${GENERATED}/${PATH}/texts.c)
    endif()

    add_library(${target} STATIC ${sources} ${generated_sources} ${GENERATED}/empty.c)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${GENERATED})
    foreach(used ${ROOM_USES})
        room_target(used_target ${used})
        target_link_libraries(${target} PUBLIC ${used_target})
    endforeach()
    target_link_libraries(${target} PUBLIC ${ROOM_LINK})
    string(REPLACE ";" " " uses "${ROOM_USES}")
    set(purity "")
    if(ROOM_PURE)
        set(purity " pure")
    endif()
    file(APPEND ${LAYERS_FILE} "${PATH}:${purity} ${uses}\n")
    set_property(GLOBAL APPEND PROPERTY doorstep_rooms ${PATH})
endfunction()

if(NOT EXISTS ${GENERATED}/empty.c)
    file(WRITE ${GENERATED}/empty.c "typedef int a_room_may_still_be_empty;\n")
endif()

# program(NAME MAIN file USES room): built only once its main file exists.
function(program NAME)
    cmake_parse_arguments(PROGRAM "" "MAIN" "USES" ${ARGN})
    if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${PROGRAM_MAIN})
        return()
    endif()
    add_executable(${NAME} ${PROGRAM_MAIN})
    foreach(used ${PROGRAM_USES})
        room_target(used_target ${used})
        target_link_libraries(${NAME} PRIVATE ${used_target})
    endforeach()
    install(TARGETS ${NAME} RUNTIME DESTINATION bin)
endfunction()
