# Tests mirror the house: tests/core/rules/test_x.c tests core/rules and is linked with that room
# and what the room USES, nothing else, so an undeclared dependency does not link.
room_target(event_target core/event)

add_library(testlib STATIC ${CMAKE_SOURCE_DIR}/tests/lib/test.c)
target_include_directories(testlib PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(testlib PUBLIC room_core_base PkgConfig::cmocka)

get_property(rooms GLOBAL PROPERTY doorstep_rooms)
foreach(room ${rooms})
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${room}/test_*.c)
    foreach(test ${tests})
        get_filename_component(stem ${test} NAME_WE)
        string(REPLACE "/" "_" prefix ${room})
        add_executable(${prefix}_${stem} ${test})
        room_target(target ${room})
        target_link_libraries(${prefix}_${stem} PRIVATE testlib ${target})
        target_compile_definitions(${prefix}_${stem} PRIVATE
            TESTS_FOLDER="${CMAKE_SOURCE_DIR}/tests" BUILD_FOLDER="${CMAKE_BINARY_DIR}")
        add_test(NAME ${room}/${stem} COMMAND ${prefix}_${stem})
    endforeach()
endforeach()

# Whole-product and tidy tests are scripts and programs of their own.
file(GLOB extra CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*/tests.cmake)
foreach(list ${extra})
    include(${list})
endforeach()
