# Tests of the app's side of the spool use a whole tablet (tests/lib/tablet.h).
get_property(all_targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target ${all_targets})
    if(target MATCHES "^sync_spool_test_")
        target_link_libraries(${target} PRIVATE testtablet)
    endif()
endforeach()
