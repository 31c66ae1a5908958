# Benchmarks print figures beside a limit or a peer; they are built with everything else, so that
# they cannot rot, and run by hand or by tests/bench/run, never by the test suite.
# A folder tests/bench/<name> has a bench.cmake with one line:
#   bench(name SOURCES file.c... USES room... [LINK target...])
function(bench NAME)
    cmake_parse_arguments(BENCH "" "" "SOURCES;USES;LINK" ${ARGN})
    list(TRANSFORM BENCH_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/tests/bench/${NAME}/)
    add_executable(bench_${NAME} ${BENCH_SOURCES})
    foreach(used ${BENCH_USES})
        room_target(used_target ${used})
        target_link_libraries(bench_${NAME} PRIVATE ${used_target})
    endforeach()
    target_link_libraries(bench_${NAME} PRIVATE ${BENCH_LINK})
    target_compile_definitions(bench_${NAME} PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}"
                               BUILD_FOLDER="${CMAKE_BINARY_DIR}")
endfunction()

file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*/bench.cmake)
foreach(list ${benches})
    include(${list})
endforeach()
