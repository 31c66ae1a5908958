# A tablet in a test: the disk that forgets, and a store and journey with defaults.
add_library(testdisk STATIC ${CMAKE_SOURCE_DIR}/tests/lib/fault_vfs.c)
target_include_directories(testdisk PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(testdisk PUBLIC PkgConfig::sqlite3)

add_library(testtablet STATIC ${CMAKE_SOURCE_DIR}/tests/lib/tablet.c)
target_link_libraries(testtablet PUBLIC testlib testdisk room_core_journey)

# Calls that fail at a chosen number; arena memory is reached by wrapping malloc.
add_library(testcalls STATIC ${CMAKE_SOURCE_DIR}/tests/lib/nth_call.c)
target_include_directories(testcalls PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(testcalls PUBLIC PkgConfig::sqlite3)
target_link_options(testcalls PUBLIC -Wl,--wrap=malloc)

# Every call of the house that reaches the disk, through the test's own.
if(TARGET core_vault_test_vault_cuts)
    target_link_options(core_vault_test_vault_cuts PRIVATE
        -Wl,--wrap=rename,--wrap=link,--wrap=unlink,--wrap=fsync,--wrap=write,--wrap=pwrite)
endif()

get_property(all_targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target ${all_targets})
    if(target MATCHES "^core_store_test_")
        target_link_libraries(${target} PRIVATE testdisk)
    elseif(target MATCHES "^core_journey_test_")
        target_link_libraries(${target} PRIVATE testtablet)
    endif()
    if(target MATCHES "_test_faults|_test_sqlite_fold$")
        target_link_libraries(${target} PRIVATE testcalls)
    endif()
endforeach()

# Every combination, where the suite takes each step and each ending (tests/lib/effort.h).
foreach(whole core_journey_test_step_cuts sync_server_api_test_converge sim_test_faults_conversation)
    add_test(NAME whole/${whole} COMMAND ${CMAKE_BINARY_DIR}/${whole})
    set_tests_properties(whole/${whole} PROPERTIES LABELS long TIMEOUT 1800
                         ENVIRONMENT DOORSTEP_FAULTS=all)
endforeach()
