# An afternoon of the field, for the office's pictures (packaging/screenshots/office).
room_target(store_target sync/server/store)
add_executable(office_scene ${CMAKE_CURRENT_LIST_DIR}/scene.c)
target_include_directories(office_scene PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(office_scene PRIVATE ${store_target})
