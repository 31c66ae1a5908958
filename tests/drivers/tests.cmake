# Display drivers: the same frames on each, and a real window with a mouse in it.
room_target(platform_target app/platform)
add_executable(driver_show ${CMAKE_CURRENT_LIST_DIR}/show.c)
target_link_libraries(driver_show PRIVATE ${platform_target} PkgConfig::sdl2)
target_include_directories(driver_show PRIVATE ${CMAKE_SOURCE_DIR})
foreach(what same live)
    add_test(NAME drivers/${what} COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/drivers.py
                                          $<TARGET_FILE:driver_show> ${what})
    # What display libraries leave behind when they are unloaded is not looked for.
    set_tests_properties(drivers/${what} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 240
                         ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)
endforeach()
