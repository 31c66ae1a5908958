# An afternoon of the field, for the office's pictures (packaging/screenshots/office).
room_target(store_target sync/server/store)
add_executable(office_scene ${CMAKE_CURRENT_LIST_DIR}/scene.c)
target_include_directories(office_scene PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(office_scene PRIVATE ${store_target})
# A supervisor's morning in a real browser; passed over without chromium or faketime.
add_test(NAME office/morning COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/morning.py ${CMAKE_BINARY_DIR})
set_tests_properties(office/morning PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77 LABELS "release;long" RUN_SERIAL TRUE)
