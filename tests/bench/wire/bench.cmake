bench(wire SOURCES bench.c frames.c visits.c pages.c USES sync/proto sync/server/import)

# Make new dictionaries; see train.c and train_answers.c. Not part of the build.
add_executable(train_dictionary EXCLUDE_FROM_ALL
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/train.c ${CMAKE_SOURCE_DIR}/tests/bench/wire/dictionary.c
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/frames.c ${CMAKE_SOURCE_DIR}/tests/bench/wire/visits.c)
room_target(proto_target sync/proto)
target_link_libraries(train_dictionary PRIVATE ${proto_target})

add_executable(train_answers EXCLUDE_FROM_ALL
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/train_answers.c
    ${CMAKE_SOURCE_DIR}/tests/bench/wire/dictionary.c ${CMAKE_SOURCE_DIR}/tests/bench/wire/pages.c ${CMAKE_SOURCE_DIR}/tests/bench/wire/visits.c)
room_target(import_target sync/server/import)
target_link_libraries(train_answers PRIVATE ${proto_target} ${import_target})
