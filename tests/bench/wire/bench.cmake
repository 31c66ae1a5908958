bench(wire SOURCES bench.c frames.c visits.c USES sync/proto)

# Makes a new dictionary; see train.c. Not part of the build.
add_executable(train_dictionary EXCLUDE_FROM_ALL
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/train.c ${CMAKE_SOURCE_DIR}/tests/bench/wire/frames.c
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/visits.c)
room_target(proto_target sync/proto)
target_link_libraries(train_dictionary PRIVATE ${proto_target})
